import { decodePayload } from '@tandem/chains'
import { base58, base64 } from '@scure/base'
import * as z from 'zod'
import type { SignedView } from '../../messages/engine.ts'
import { accountOf } from '../account-of.ts'
import { type Connected, accountWith, connect, connectedTo, disconnect } from '../connected.ts'
import { method } from '../method.ts'
import { sign } from '../signed.ts'
import { Transactions, sendTransactions, signTransactions } from './solana-transactions.ts'

const Bytes = z.base64().transform((text) => base64.decode(text))
const one = <S extends z.ZodType>(schema: S) => z.tuple([schema])

/** The fields of Sign-In With Solana; the wallet writes the text. */
const Line = z.string().max(2048).exactOptional()
const SignIn = z.strictObject({
  domain: Line,
  address: Line,
  statement: Line,
  uri: Line,
  version: Line,
  chainId: Line,
  nonce: Line,
  issuedAt: Line,
  expirationTime: Line,
  notBefore: Line,
  requestId: Line,
  resources: z.array(z.string().max(2048)).max(64).exactOptional(),
})

/** Accounts as Wallet Standard has them. */
export const accountsOnSolana = ({ chain, accounts }: Connected) =>
  accounts.flatMap(({ addresses }) =>
    addresses.map(({ address, publicKey }) => ({
      address,
      publicKey: base64.encode(publicKey),
      chain,
    })),
  )

const signatureOf = (signed: SignedView): string => {
  if (signed.type !== 'signature') throw new Error('a message is answered with a signature')
  return base64.encode(signed.signature)
}

/** What was signed, Base64. Building it again gives the same: it is made of its fields alone. */
async function messageOf(built: Promise<Uint8Array>): Promise<string> {
  const [message = new Uint8Array()] = decodePayload(await built).parts
  return base64.encode(message)
}

/** What the Wallet Standard features of page/solana-wallet.ts ask; bytes are Base64. */
export const solanaMethods = {
  connect: method({
    params: z.array(z.strictObject({ silent: z.boolean() })).max(1),
    async run([how], origin, background) {
      const connected =
        how?.silent === true
          ? await connectedTo(origin, 'solana', background)
          : await connect(origin, 'solana', background)
      return connected ? accountsOnSolana(connected) : []
    },
  }),

  disconnect: method({
    params: z.array(z.never()).max(0),
    async run(_none, origin) {
      await disconnect(origin, 'solana')
      return null
    },
  }),

  signMessage: method({
    params: one(z.strictObject({ address: z.string(), message: Bytes })),
    async run([{ address, message }], origin, background) {
      const what = { kind: 'message', bytes: message } as const
      const wanted = { origin, family: 'solana', address, what, goesTo: 'site' } as const
      const { signed } = await sign(wanted, background)
      return signatureOf(signed)
    },
  }),

  /** Connects where that was not done: who signs in says who they are anyway. */
  signIn: method({
    params: one(SignIn),
    async run([{ domain, address: wanted, resources = [], ...fields }], origin, background) {
      const { chain, accounts } = await connect(origin, 'solana', background)
      const account = accountOf(accounts, wanted, 'solana')
      const address = account.addresses[0]?.address ?? ''
      const input = { ...fields, domain: domain ?? new URL(origin).host, address, resources }
      const what = { kind: 'sign-in', input } as const
      const asked = { origin, family: 'solana', address, what, goesTo: 'site' } as const
      const { signed } = await sign(asked, background)
      const message = await messageOf(background.engine.build(chain, account.number, what))
      return { address, message, signature: signatureOf(signed) }
    },
  }),

  /** Of version 1. `signers`: everybody who is to sign it, by public key. */
  signOffchainMessage: method({
    params: one(
      z.strictObject({
        address: z.string(),
        text: z.string().max(65_535),
        signers: z.array(Bytes).min(1).max(64),
      }),
    ),
    async run([{ address, text, signers }], origin, background) {
      const { chain, account } = await accountWith(address, origin, 'solana', background)
      const what = {
        kind: 'off-chain-message',
        text,
        signers: signers.map((key) => base58.encode(key)),
      } as const
      const asked = { origin, family: 'solana', address, what, goesTo: 'site' } as const
      const { signed } = await sign(asked, background)
      const message = await messageOf(background.engine.build(chain, account.number, what))
      return { message, signature: signatureOf(signed) }
    },
  }),

  signTransaction: method({
    params: one(Transactions),
    run: ([wanted], origin, background) => signTransactions(wanted, origin, background),
  }),

  signAndSendTransaction: method({
    params: one(Transactions),
    run: ([wanted], origin, background) => sendTransactions(wanted, origin, background),
  }),
}
