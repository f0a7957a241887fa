import * as z from 'zod/mini'
import { fromBase58, fromBase64, toBase64 } from './bytes.ts'
import type { PageChannel } from './channel.ts'
import { type Group, groupsOf, missingIn } from './solana-transactions.ts'
import { standardWallet } from './standard-wallet.ts'
import { naming } from './wallet-error.ts'
import { type Account, accountsOf } from './wallet-standard.ts'

/** Names of the Wallet Standard, and CAIP-2. */
const clusters: Readonly<Record<string, string>> = {
  'solana:mainnet': 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
  'solana:devnet': 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1',
  'solana:testnet': 'solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z',
}
const chains = Object.freeze(Object.keys(clusters))
const nameOf = (chain: string): string => chains.find((name) => clusters[name] === chain) ?? chain

const signing = Object.freeze([
  'solana:signAndSendTransaction',
  'solana:signTransaction',
  'solana:signMessage',
  'solana:signOffchainMessage',
  'solana:signIn',
])
const supportedTransactionVersions = Object.freeze(['legacy', 0] as const)

const Given = z.array(z.object({ address: z.string(), publicKey: z.string(), chain: z.string() }))
const Texts = z.array(z.string())
const Signed = z.object({ message: z.string(), signature: z.string() })
const SignedIn = z.object({
  address: z.string(),
  message: z.string(),
  signature: z.string(),
})

const accountsFrom = (given: unknown): Account[] =>
  Given.parse(given).map(({ address, publicKey, chain }) =>
    Object.freeze({
      address,
      publicKey: fromBase64(publicKey),
      chains: Object.freeze([nameOf(chain)]),
      features: signing,
    }),
  )

type Asked = { readonly account: Account; readonly chain?: string }
type Transaction = Asked & { readonly transaction: Uint8Array }
type OffchainMessage = {
  readonly account: Account
  readonly messageVersion: number
  readonly message: string
  readonly requiredSigners: readonly Uint8Array[]
}
type Message = { readonly account: Account; readonly message: Uint8Array }

const fields = [
  'domain',
  'address',
  'statement',
  'uri',
  'version',
  'chainId',
  'nonce',
  'issuedAt',
  'expirationTime',
  'notBefore',
  'requestId',
  'resources',
] as const
type SignIn = Readonly<Partial<Record<(typeof fields)[number], unknown>>>

/** The Solana wallet of the Wallet Standard. What a call hands in is copied before it returns. */
export function solanaWallet(channel: PageChannel) {
  const accounts = accountsOf(accountsFrom)
  const ask = (method: string, ...params: unknown[]) => channel.ask('solana', method, params)
  channel.on(({ family, event, data }) => {
    if (family === 'solana' && event === 'accounts') accounts.set(data)
  })

  async function connect(input?: { readonly silent?: boolean }) {
    const silent = input?.silent === true
    accounts.set(await naming('WalletConnectionError', () => ask('connect', { silent })))
    return { accounts: accounts.now() }
  }

  const wantedOf = ({ account, chain, transaction }: Transaction) => ({
    address: account.address,
    ...(chain !== undefined && { chain: clusters[chain] ?? chain }),
    transaction: toBase64(transaction),
    missing: missingIn(transaction),
  })

  async function inGroups(method: string, groups: readonly Group[]): Promise<string[]> {
    const answers: string[] = []
    for (const group of groups) answers.push(...Texts.parse(await ask(method, group)))
    return answers
  }

  return standardWallet({
    chains,
    accounts,
    connect,
    leave: () => ask('disconnect'),
    features: {
      'solana:signTransaction': Object.freeze({
        version: '1.0.0',
        supportedTransactionVersions,
        signTransaction: (...inputs: Transaction[]) =>
          naming('WalletSignTransactionError', async () => {
            const signed = await inGroups('signTransaction', groupsOf(inputs.map(wantedOf)))
            return signed.map((text) => ({ signedTransaction: fromBase64(text) }))
          }),
      }),

      'solana:signAndSendTransaction': Object.freeze({
        version: '1.0.0',
        supportedTransactionVersions,
        signAndSendTransaction: (...inputs: Transaction[]) =>
          naming('WalletSendTransactionError', async () => {
            const ids = await inGroups('signAndSendTransaction', groupsOf(inputs.map(wantedOf)))
            return ids.map((id) => ({ signature: fromBase58(id) }))
          }),
      }),

      'solana:signMessage': Object.freeze({
        version: '1.1.0',
        signMessage: (...inputs: Message[]) =>
          naming('WalletSignMessageError', async () => {
            const wanted = inputs.map(({ account, message }) => ({
              address: account.address,
              message: toBase64(message),
            }))
            const outputs: object[] = []
            for (const one of wanted) {
              const signature = fromBase64(z.string().parse(await ask('signMessage', one)))
              const signedMessage = fromBase64(one.message)
              outputs.push({ signedMessage, signature, signatureType: 'ed25519' })
            }
            return outputs
          }),
      }),

      'solana:signOffchainMessage': Object.freeze({
        version: '1.0.0',
        supportedMessageVersions: Object.freeze([1]),
        signOffchainMessage: (...inputs: OffchainMessage[]) =>
          naming('WalletSignMessageError', async () => {
            const wanted = inputs.map(({ account, messageVersion, message, requiredSigners }) => ({
              address: account.address,
              text: messageVersion === 1 ? message : undefined,
              signers: requiredSigners.map(toBase64),
            }))
            const outputs: object[] = []
            for (const one of wanted) {
              const answer = Signed.parse(await ask('signOffchainMessage', one))
              outputs.push({
                signedOffchainMessage: fromBase64(answer.message),
                signature: fromBase64(answer.signature),
                signatureType: 'ed25519',
              })
            }
            return outputs
          }),
      }),

      'solana:signIn': Object.freeze({
        version: '1.0.0',
        signIn: (...inputs: SignIn[]) =>
          naming('WalletSignInError', async () => {
            const wanted = (inputs.length === 0 ? [{}] : inputs).map((input) =>
              Object.fromEntries(fields.map((field) => [field, Reflect.get(input, field)])),
            )
            const outputs: object[] = []
            for (const one of wanted) {
              const answer = SignedIn.parse(await ask('signIn', one))
              await connect({ silent: true })
              outputs.push({
                account: accounts.now().find(({ address }) => address === answer.address),
                signedMessage: fromBase64(answer.message),
                signature: fromBase64(answer.signature),
                signatureType: 'ed25519',
              })
            }
            return outputs
          }),
      }),
    },
  })
}
