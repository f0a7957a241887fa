import * as z from 'zod/mini'
import { chainOf, Given } from './bitcoin-given.ts'
import { fromBase64, fromHex, toBase64 } from './bytes.ts'
import type { PageChannel } from './channel.ts'
import { standardWallet } from './standard-wallet.ts'
import { naming } from './wallet-error.ts'
import { type Account, accountsOf } from './wallet-standard.ts'

const chains = Object.freeze(['bitcoin:mainnet', 'bitcoin:testnet', 'bitcoin:regtest'])
const signing = Object.freeze([
  'bitcoin:signTransaction',
  'bitcoin:signAndSendTransaction',
  'bitcoin:signMessage',
])

type Purpose = 'payment' | 'ordinals'

const Signed = z.object({ psbt: z.string(), txid: z.optional(z.string()) })

type Transaction = {
  readonly psbt: Uint8Array
  readonly chain?: string
  readonly inputsToSign: readonly {
    readonly account: Account
    readonly signingIndexes: readonly number[]
    readonly sigHash?: number
  }[]
}
type Message = { readonly account: Account; readonly message: Uint8Array }

/** What is asked of one transaction, copied when the call is made. */
function wantedOf({ psbt, chain, inputsToSign }: Transaction) {
  const inputs = inputsToSign.map(({ account, signingIndexes, sigHash }) => ({
    address: account.address,
    indexes: [...signingIndexes],
    sigHash,
  }))
  const sighashes = inputs.flatMap(({ sigHash }) => sigHash ?? [])
  const addresses = [...new Set(inputs.map(({ address }) => address))]
  const ofAddress = (address: string) =>
    inputs.filter((one) => one.address === address).flatMap(({ indexes }) => indexes)
  return {
    psbt: toBase64(psbt),
    signInputs: Object.fromEntries(addresses.map((address) => [address, ofAddress(address)])),
    ...(sighashes.length > 0 && { allowedSighash: sighashes }),
    ...(chain !== undefined && { network: chain.replace(/^bitcoin:/, '') }),
  }
}

/** The Bitcoin wallet of the Wallet Standard (its extension for Bitcoin). */
export function bitcoinWallet(channel: PageChannel) {
  const purposeOf = new Map<string, Purpose>()
  const accounts = accountsOf((given): Account[] =>
    Given.parse(given).map(({ address, publicKey, purpose }) => {
      purposeOf.set(address, purpose)
      return Object.freeze({
        address,
        publicKey: fromHex(publicKey),
        chains: Object.freeze([chainOf(address)]),
        features: signing,
      })
    }),
  )
  const ask = (method: string, params: object) => channel.ask('bitcoin', method, params)
  channel.on(({ family, event, data }) => {
    if (family === 'bitcoin' && event === 'accounts') accounts.set(data)
  })

  async function connect(input?: { readonly silent?: boolean; readonly purposes?: Purpose[] }) {
    const silent = input?.silent === true
    const purposes = [...(input?.purposes ?? [])]
    accounts.set(await naming('WalletConnectionError', () => ask('connect', { silent })))
    const given = accounts.now()
    const inOrder = purposes.flatMap((purpose) =>
      given.filter(({ address }) => purposeOf.get(address) === purpose),
    )
    return { accounts: purposes.length === 0 ? given : inOrder }
  }

  const each = async (inputs: readonly Transaction[], broadcast: boolean) => {
    const wanted = inputs.map((input) => ({ ...wantedOf(input), broadcast }))
    const answers: z.infer<typeof Signed>[] = []
    for (const one of wanted) answers.push(Signed.parse(await ask('signPsbt', one)))
    return answers
  }

  return standardWallet({
    chains,
    accounts,
    connect,
    leave: () => ask('wallet_disconnect', {}),
    features: {
      'bitcoin:connect': Object.freeze({ version: '1.0.0', connect }),

      'bitcoin:signTransaction': Object.freeze({
        version: '1.0.0',
        signTransaction: (...inputs: Transaction[]) =>
          naming('WalletSignTransactionError', async () =>
            (await each(inputs, false)).map(({ psbt }) => ({ signedPsbt: fromBase64(psbt) })),
          ),
      }),

      'bitcoin:signAndSendTransaction': Object.freeze({
        version: '1.0.0',
        signAndSendTransaction: (...inputs: Transaction[]) =>
          naming('WalletSendTransactionError', async () =>
            (await each(inputs, true)).map(({ txid }) => ({ txId: z.string().parse(txid) })),
          ),
      }),

      'bitcoin:signMessage': Object.freeze({
        version: '1.0.0',
        signMessage: (...inputs: Message[]) =>
          naming('WalletSignMessageError', async () => {
            const wanted = inputs.map(({ account, message }) => ({
              address: account.address,
              message: toBase64(message),
            }))
            const outputs: object[] = []
            for (const one of wanted) {
              const signature = fromBase64(z.string().parse(await ask('signBytes', one)))
              outputs.push({ signedMessage: fromBase64(one.message), signature })
            }
            return outputs
          }),
      }),
    },
  })
}
