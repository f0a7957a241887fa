import { base64 } from '@scure/base'
import * as z from 'zod'
import { type Connected, chainOf, connect, connectedTo, disconnect } from '../connected.ts'
import { type Background, type Method, method } from '../method.ts'
import { SignBytes, SignMessage, signBytes, signText } from './bitcoin-message.ts'
import {
  Purposes,
  accountsOnBitcoin,
  given,
  networkView,
  requireNetwork,
} from './bitcoin-accounts.ts'
import { SignPsbt, signPsbt } from './bitcoin-psbt.ts'
import { SendTransfer, sendTransfer } from './bitcoin-transfer.ts'

export { accountsOnBitcoin } from './bitcoin-accounts.ts'

/** Sites hand in more than a method takes: a sentence of their own, options of other wallets. */
const nothing = z.looseObject({})
const Wanted = z.object({ purposes: Purposes.optional() })
const Connect = z.object({ addresses: Purposes.optional(), network: z.string().optional() })

/** WBIP's and sats-connect's, which page/sats-connect.ts passes on, under their own names. */
const named = {
  getAccounts: method({
    params: Wanted,
    run: async ({ purposes }, origin, background) =>
      accountsOnBitcoin(await connect(origin, 'bitcoin', background), purposes),
  }),

  getAddresses: method({
    params: Wanted,
    async run({ purposes }, origin, background) {
      const connected = await connect(origin, 'bitcoin', background)
      return { addresses: accountsOnBitcoin(connected, purposes), network: networkView(connected) }
    },
  }),

  /** What may be spent at once: others can still take back what they sent just now. */
  getBalance: method({
    params: nothing,
    async run(_none, origin, background) {
      const { chain, accounts } = await given(origin, background)
      const held = accounts.map(({ number }) => background.engine.balances(chain, number))
      const total = (await Promise.all(held))
        .flatMap((all) => all.slice(0, 1))
        .reduce((sum, { amount }) => sum + amount, 0n)
      return { confirmed: String(total), unconfirmed: '0', total: String(total) }
    },
  }),

  signMessage: method({ params: SignMessage, run: signText }),
  signPsbt: method({ params: SignPsbt, run: signPsbt }),
  sendTransfer: method({ params: SendTransfer, run: sendTransfer }),

  wallet_connect: method({
    params: Connect,
    async run({ addresses, network }, origin, background) {
      requireNetwork({ chain: await chainOf(origin, 'bitcoin') }, network)
      return accountView(await connect(origin, 'bitcoin', background), addresses)
    },
  }),

  wallet_getAccount: method({
    params: nothing,
    run: async (_none, origin, background) => accountView(await given(origin, background)),
  }),

  wallet_getNetwork: method({
    params: nothing,
    run: async (_none, origin, background) => networkView(await given(origin, background)),
  }),

  wallet_getWalletType: method({ params: nothing, run: async () => 'software' }),

  wallet_requestPermissions: method({
    params: z.unknown(),
    async run(_wanted, origin, background) {
      await connect(origin, 'bitcoin', background)
      return true
    },
  }),

  wallet_getCurrentPermissions: method({
    params: nothing,
    async run(_none, origin, background) {
      const connected = await connectedTo(origin, 'bitcoin', background)
      return connected ? permissionsOf(connected, origin) : []
    },
  }),

  wallet_renouncePermissions: method({ params: nothing, run: leave }),
  wallet_disconnect: method({ params: nothing, run: leave }),
} satisfies Readonly<Record<string, Method>>

const methods = [...Object.keys(named), 'signMultipleMessages', 'getInfo', 'supportedMethods']

export const bitcoinMethods = {
  ...named,

  getInfo: method({
    params: nothing,
    run: async () => ({ version: '0.0.0', platform: 'web', methods, supports: ['WBIP004'] }),
  }),

  supportedMethods: method({
    params: nothing,
    run: async () => ({ methods: methods.map((name) => ({ name })) }),
  }),

  /** The Wallet Standard's, of page/bitcoin-wallet.ts. */
  connect: method({
    params: z.strictObject({ silent: z.boolean() }),
    async run({ silent }, origin, background) {
      const connected = silent
        ? await connectedTo(origin, 'bitcoin', background)
        : await connect(origin, 'bitcoin', background)
      return connected ? accountsOnBitcoin(connected) : []
    },
  }),

  signBytes: method({
    params: SignBytes,
    run: ({ address, message }, origin, background) =>
      signBytes(base64.decode(message), address, origin, background),
  }),
}

const accountView = (connected: Connected, purposes?: readonly string[]) => ({
  id: connected.accounts[0]?.id ?? '',
  addresses: accountsOnBitcoin(connected, purposes),
  walletType: 'software',
  network: networkView(connected),
})

const permissionsOf = ({ accounts }: Connected, clientId: string) => [
  ...accounts.map(({ id }) => ({
    type: 'account',
    resourceId: id,
    clientId,
    actions: { read: true },
  })),
  { type: 'wallet', resourceId: 'wallet', clientId, actions: { readNetwork: true } },
]

async function leave(_none: unknown, origin: string, _background: Background) {
  await disconnect(origin, 'bitcoin')
  return null
}
