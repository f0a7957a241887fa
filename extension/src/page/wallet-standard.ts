import * as z from 'zod/mini'
import { icon } from './icon.ts'
import type { PageChannel } from './channel.ts'

type Account = {
  readonly address: string
  readonly publicKey: Uint8Array
  readonly chains: readonly string[]
  readonly features: readonly string[]
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

const solanaFeatures = [
  'solana:signAndSendTransaction',
  'solana:signTransaction',
  'solana:signMessage',
] as const

/** Wallet Standard names of clusters, by their CAIP-2 reference. */
const clusters: Readonly<Record<string, string>> = {
  'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp': 'solana:mainnet',
  'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1': 'solana:devnet',
  'solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z': 'solana:testnet',
}

const Given = z.array(
  z.strictObject({ address: z.string(), publicKey: z.string(), chain: z.string() }),
)

/** The Solana wallet of the Wallet Standard. */
export function solanaWallet(channel: PageChannel) {
  let accounts: readonly Account[] = []
  const listeners = new Set<(change: { accounts: readonly Account[] }) => void>()

  async function connect(input?: { readonly silent?: boolean }) {
    const given = Given.parse(
      await channel.ask('solana', 'connect', [{ silent: input?.silent === true }]),
    )
    accounts = given.map(({ address, publicKey, chain }) =>
      Object.freeze({
        address,
        publicKey: fromBase64(publicKey),
        chains: [clusters[chain] ?? chain],
        features: solanaFeatures,
      }),
    )
    for (const listener of listeners) listener({ accounts })
    return { accounts }
  }

  const text = async (method: string, input: object): Promise<string> =>
    z.string().parse(await channel.ask('solana', method, [input]))

  type Input = { readonly account: Account; readonly transaction: Uint8Array }
  const each = async <I, O>(inputs: readonly I[], one: (input: I) => Promise<O>): Promise<O[]> => {
    const outputs: O[] = []
    for (const input of inputs) outputs.push(await one(input))
    return outputs
  }

  return Object.freeze({
    version: '1.0.0',
    name: 'Tandem',
    icon,
    chains: ['solana:mainnet', 'solana:devnet', 'solana:testnet'] as const,
    get accounts() {
      return accounts
    },
    features: Object.freeze({
      'standard:connect': { version: '1.0.0', connect },
      'standard:disconnect': {
        version: '1.0.0',
        async disconnect() {
          accounts = []
          for (const listener of listeners) listener({ accounts })
        },
      },
      'standard:events': {
        version: '1.0.0',
        on(_event: 'change', listener: (change: { accounts: readonly Account[] }) => void) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      'solana:signTransaction': {
        version: '1.0.0',
        supportedTransactionVersions: ['legacy', 0] as const,
        signTransaction: (...inputs: Input[]) =>
          each(inputs, async ({ account, transaction }) => ({
            signedTransaction: fromBase64(
              await text('signTransaction', {
                address: account.address,
                transaction: toBase64(transaction),
              }),
            ),
          })),
      },
      'solana:signAndSendTransaction': {
        version: '1.0.0',
        supportedTransactionVersions: ['legacy', 0] as const,
        signAndSendTransaction: (...inputs: Input[]) =>
          each(inputs, async ({ account, transaction }) => ({
            signature: decodeBase58(
              await text('signAndSendTransaction', {
                address: account.address,
                transaction: toBase64(transaction),
              }),
            ),
          })),
      },
      'solana:signMessage': {
        version: '1.1.0',
        signMessage: (...inputs: { readonly account: Account; readonly message: Uint8Array }[]) =>
          each(inputs, async ({ account, message }) => ({
            signedMessage: message,
            signature: fromBase64(
              await text('signMessage', { address: account.address, message: toBase64(message) }),
            ),
          })),
      },
    }),
  })
}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function decodeBase58(text: string): Uint8Array {
  let value = 0n
  for (const character of text) value = value * 58n + BigInt(alphabet.indexOf(character))
  const digits = value.toString(16)
  const hex = digits.length % 2 === 0 ? digits : `0${digits}`
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const zeros = /^1*/.exec(text)?.[0].length ?? 0
  return Uint8Array.of(...new Uint8Array(zeros), ...(value === 0n ? [] : bytes))
}

const App = z.object({
  register: z.custom<(wallet: object) => void>((value) => typeof value === 'function'),
})

/** Registers a wallet with every app that is here, and that comes later. */
export function register(page: Window, wallet: object): void {
  const callback = ({ register: add }: { register: (wallet: object) => void }) => add(wallet)
  page.dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: callback }))
  page.addEventListener('wallet-standard:app-ready', (event) => {
    const parsed = App.safeParse(event instanceof CustomEvent ? event.detail : undefined)
    if (parsed.success) callback(parsed.data)
  })
}
