import { base64 } from '@scure/base'
import * as z from 'zod'
import { connect, connectedTo } from '../connected.ts'
import { method } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { sign } from '../signed.ts'
import type { Connected } from '../connected.ts'

const Bytes = z.base64().transform((text) => base64.decode(text))
const one = <S extends z.ZodType>(schema: S) => z.tuple([schema])
const Transaction = z.strictObject({ address: z.string(), transaction: Bytes })

/** Accounts as Wallet Standard has them. */
export const accountsOnSolana = ({ chain, accounts }: Connected) =>
  accounts.flatMap(({ addresses }) =>
    addresses.map(({ address, publicKey }) => ({
      address,
      publicKey: base64.encode(publicKey),
      chain,
    })),
  )

/** What the Wallet Standard features of page/solana.ts ask; bytes are Base64. */
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

  signMessage: method({
    params: one(z.strictObject({ address: z.string(), message: Bytes })),
    async run([{ address, message }], origin, background) {
      const what = { kind: 'message', bytes: message } as const
      const wanted = { origin, family: 'solana', address, what, goesTo: 'site' } as const
      const { signed } = await sign(wanted, background)
      if (signed.type !== 'signature') throw new Error('a message is answered with a signature')
      return base64.encode(signed.signature)
    },
  }),

  signTransaction: method({
    params: one(Transaction),
    async run([{ address, transaction }], origin, background) {
      const what = { kind: 'transaction', bytes: transaction } as const
      const wanted = { origin, family: 'solana', address, what, goesTo: 'site' } as const
      const { signed } = await sign(wanted, background)
      if (signed.type !== 'transaction' && signed.type !== 'partial')
        throw new Error('a transaction is answered as one')
      return base64.encode(signed.raw)
    },
  }),

  signAndSendTransaction: method({
    params: one(Transaction),
    async run([{ address, transaction }], origin, background) {
      const what = { kind: 'transaction', bytes: transaction } as const
      const wanted = { origin, family: 'solana', address, what, goesTo: 'network' } as const
      const { id } = await sign(wanted, background)
      if (id === undefined) throw new ProviderError('transaction-rejected')
      return id
    },
  }),
}
