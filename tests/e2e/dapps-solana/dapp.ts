/** A site that uses the wallet through Solana's wallet adapter, as most sites do. */
import { StandardWalletAdapter } from '@solana/wallet-standard-wallet-adapter-base'
import {
  Connection,
  PublicKey,
  SystemProgram,
  Transaction,
  VersionedTransaction,
} from '@solana/web3.js'
import { getWallets } from '@wallet-standard/app'

type Wallet = ConstructorParameters<typeof StandardWalletAdapter>[0]['wallet']

const wallets = getWallets()
const isSolana = ({ features }: { readonly features: object }) =>
  'solana:signAndSendTransaction' in features
const found = wallets.get().find(isSolana) as Wallet
const adapter = new StandardWalletAdapter({ wallet: found })
const events: string[] = []
/** Its types inherit from a module that these settings do not resolve. */
type Emitter = { on(name: string, listener: (value: PublicKey & Error) => void): void }
const { on } = adapter as never as Emitter
on.call(adapter, 'connect', (value) => events.push(`connect ${value.toBase58()}`))
on.call(adapter, 'disconnect', () => events.push('disconnect'))
on.call(adapter, 'error', ({ name }) => events.push(name))

/** A name, and the code of the wallet under it. */
const named = (error: unknown) => {
  const {
    name,
    message,
    error: inner,
  } = error as Error & { error?: { code: number; name: string } }
  return { name, message, code: inner?.code, inner: inner?.name }
}
const caught = async (work: () => Promise<unknown>) => {
  try {
    return { ok: await work() }
  } catch (error) {
    return named(error)
  }
}

function transfer(blockhash: string, to: string, lamports: number): Transaction {
  const from = adapter.publicKey
  if (!from) throw new Error('not connected')
  const transaction = new Transaction({ feePayer: from, recentBlockhash: blockhash })
  const toPubkey = new PublicKey(to)
  return transaction.add(SystemProgram.transfer({ fromPubkey: from, toPubkey, lamports }))
}

const dapp = {
  events,
  names: () => wallets.get().map(({ name, chains }) => `${name} ${chains.join()}`),
  accounts: () => found.accounts.map(({ address, chains }) => ({ address, chains })),
  versions: () => [...(adapter.supportedTransactionVersions ?? [])],
  connect: () =>
    caught(async () => {
      await adapter.connect()
      return adapter.publicKey?.toBase58()
    }),
  autoConnect: () => caught(() => adapter.autoConnect()),
  disconnect: () => caught(() => adapter.disconnect()),
  signMessage: (text: string) =>
    caught(async () => [...(await adapter.signMessage!(new TextEncoder().encode(text)))]),
  signIn: (input: object) =>
    caught(async () => {
      const { account, signedMessage, signature } = await adapter.signIn!(input)
      return {
        address: account.address,
        signedMessage: new TextDecoder().decode(signedMessage),
        signature: [...signature],
      }
    }),
  send: (node: string, blockhash: string, to: string, lamports: number) =>
    caught(() => adapter.sendTransaction(transfer(blockhash, to, lamports), new Connection(node))),
  sendVersioned: (node: string, wire: number[]) =>
    caught(() =>
      adapter.sendTransaction(
        VersionedTransaction.deserialize(Uint8Array.from(wire)),
        new Connection(node),
      ),
    ),
  signAll: (blockhash: string, to: string, amounts: number[]) =>
    caught(async () => {
      const all = amounts.map((lamports) => transfer(blockhash, to, lamports))
      const signed = await adapter.signAllTransactions!(all)
      return signed.map((one) => [...one.serialize()])
    }),
}

export type Dapp = typeof dapp
Object.assign(globalThis, { dapp })
