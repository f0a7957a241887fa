import * as z from 'zod'
import { chainOf, connect, connectedTo, requireConnected } from '../connected.ts'
import { type Background, type Method, method } from '../method.ts'
import { ProviderError, type Reason } from '../provider-error.ts'
import { sign } from '../signed.ts'
import { accountsOnEvm, chainNumber } from './evm-accounts.ts'
import { evmAsset } from './evm-asset.ts'
import { evmCalls } from './evm-calls.ts'
import { evmMessages } from './evm-messages.ts'
import { evmNetworks } from './evm-networks.ts'
import { evmPermissions } from './evm-permissions.ts'
import { reads } from './evm-reads.ts'
import { Address, ChainNumber } from './evm-values.ts'

const none = z.array(z.json()).max(1)

const addressesOf = async (origin: string, background: Background): Promise<string[]> => {
  const connected = await connectedTo(origin, 'evm', background)
  return connected ? accountsOnEvm(connected) : []
}

/** What other wallets have, and what this one does not do: mostly because nobody could read it. */
const refused = [
  'eth_decrypt',
  'eth_getEncryptionPublicKey',
  'eth_sign',
  'eth_signTransaction',
  'eth_signTypedData',
  'eth_signTypedData_v1',
  'wallet_registerOnboarding',
  'wallet_scanQRCode',
] as const

const refusing = (reason: Reason) => () => Promise.reject(new ProviderError(reason))

const refusals: Readonly<Record<string, Method>> = {
  ...Object.fromEntries(refused.map((name) => [name, refusing('unsupported')])),
  eth_subscribe: refusing('no-subscriptions'),
  eth_unsubscribe: refusing('no-subscriptions'),
}

/** EIP-1193 methods. What is not here does not exist. */
export const evmMethods = {
  ...reads,
  ...refusals,
  ...evmAsset,
  ...evmCalls,
  ...evmMessages,
  ...evmNetworks,
  ...evmPermissions,

  eth_requestAccounts: method({
    params: none,
    run: async (_params, origin, background) =>
      accountsOnEvm(await connect(origin, 'evm', background)),
  }),

  eth_accounts: method({
    params: none,
    run: (_params, origin, background) => addressesOf(origin, background),
  }),

  eth_coinbase: method({
    params: none,
    run: async (_params, origin, background) => (await addressesOf(origin, background))[0] ?? null,
  }),

  eth_chainId: method({
    params: none,
    run: async (_params, origin) => chainNumber(await chainOf(origin, 'evm')),
  }),

  net_version: method({
    params: none,
    run: async (_params, origin) => BigInt(chainNumber(await chainOf(origin, 'evm'))).toString(),
  }),

  /** Gas, number and price of a site are kept, and shown; what it leaves open is filled in. */
  eth_sendTransaction: method({
    params: z.tuple([
      z
        .looseObject({ from: Address.optional(), chainId: ChainNumber.optional() })
        .transform((fields) => fields),
    ]),
    async run([{ chainId, ...fields }], origin, background) {
      const { chain } = await requireConnected(origin, 'evm')
      // SECURITY: a site that believes to be on another chain asks for something else than would happen. Test: src/background/site-guards.test.ts "has nobody asked about a transaction for another chain than it is on"
      if (chainId !== undefined && chainId !== chain) throw new ProviderError('invalid-params')
      const who = {
        origin,
        family: 'evm',
        ...(fields.from !== undefined && { address: fields.from }),
      }
      const { id } = await sign(
        { ...who, family: 'evm', what: { kind: 'evm', fields }, goesTo: 'network' },
        background,
      )
      if (id === undefined) throw new ProviderError('transaction-rejected')
      return id
    },
  }),
}
