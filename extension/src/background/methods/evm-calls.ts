/** EIP-5792: several transactions in one request, which are one question and one verdict. */
import { bytesToHex } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { Decided } from '../../messages/stored.ts'
import { accountWith } from '../connected.ts'
import { method } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { showActivity } from '../show-activity.ts'
import { sign } from '../signed.ts'
import { activity } from '../state/activity.ts'
import { type Bundle, bundles } from '../state/bundles.ts'
import { settings } from '../state/settings.ts'
import { bundleStatus } from './bundle-status.ts'
import { chainNumber } from './evm-accounts.ts'
import { answerOf } from './evm-reads.ts'
import { Address, ChainNumber } from './evm-values.ts'

const VERSION = '2.0.0'
/** What a person can still look through. */
const CALLS = 16
/** Of one site; the oldest is forgotten first. */
const BUNDLES = 64

const Capabilities = z.record(z.string(), z.looseObject({ optional: z.boolean().optional() }))
const Bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/)
const Call = z.strictObject({
  to: Address.optional(),
  data: Bytes.optional(),
  value: z.string().optional(),
  capabilities: Capabilities.optional(),
})
const Calls = z.strictObject({
  version: z.literal(VERSION),
  id: z.string().min(1).max(8194).optional(),
  from: Address.optional(),
  chainId: ChainNumber,
  atomicRequired: z.boolean(),
  calls: z.array(Call).min(1),
  capabilities: Capabilities.optional(),
})

export const evmCalls = {
  wallet_sendCalls: method({
    params: z.tuple([Calls]),
    async run([wanted], origin, background) {
      const { from, chainId, calls, atomicRequired } = wanted
      const { chain } = await accountWith(from, origin, 'evm', background)
      const needed = [wanted, ...calls].flatMap(({ capabilities }) =>
        Object.values(capabilities ?? {}),
      )
      if (needed.some(({ optional }) => optional !== true))
        throw new ProviderError('unsupported-capability')
      if (chainId !== chain) throw new ProviderError('unsupported-chain')
      if (atomicRequired) throw new ProviderError('not-atomic')
      if (calls.length > CALLS) throw new ProviderError('bundle-too-large')
      const id = wanted.id ?? newId()
      const check = async () => {
        if (await find(origin, id)) throw new ProviderError('duplicate-id')
      }
      const plain = calls.map(({ to, data, value }) => ({ to, data, value }))
      const what = { kind: 'calls', calls: plain } as const
      const who = { origin, family: 'evm', ...(from !== undefined && { address: from }) } as const
      const { signed, id: last } = await sign(
        { ...who, what, goesTo: 'network', check },
        background,
      )
      if (signed.type !== 'transactions' || last === undefined)
        throw new ProviderError('transaction-rejected')
      const transactions = signed.transactions.map((one) => one.id)
      await keep(origin, { id, chain, transactions, sent: transactions.indexOf(last) + 1 })
      return { id }
    },
  }),

  wallet_getCallsStatus: method({
    params: z.tuple([z.string()]),
    async run([id], origin, background) {
      const bundle = await known(origin, id)
      const { chain, transactions, sent } = bundle
      const receipts = await Promise.all(
        transactions
          .slice(0, sent)
          .map((hash) => answerOf(chain, 'eth_getTransactionReceipt', [hash], background)),
      )
      const common = { version: VERSION, id, chainId: chainNumber(chain), atomic: false }
      const isOver = (await decidedOf(origin, bundle))?.fate?.state === 'replaced'
      return { ...common, ...bundleStatus(receipts, transactions.length, isOver) }
    },
  }),

  wallet_showCallsStatus: method({
    params: z.tuple([z.string()]),
    async run([id], origin) {
      const decided = await decidedOf(origin, await known(origin, id))
      await showActivity(decided?.id)
      return null
    },
  }),

  wallet_getCapabilities: method({
    params: z.union([z.tuple([Address]), z.tuple([Address, z.array(ChainNumber)])]),
    async run([address, chains], origin, background) {
      await accountWith(address, origin, 'evm', background)
      const { nodes } = await settings.get()
      const ours = Object.keys(nodes).filter((chain) => chain.startsWith('eip155:'))
      const asked = chains ? ours.filter((chain) => chains.includes(chain)) : ours
      return Object.fromEntries(
        asked.map((chain) => [chainNumber(chain), { atomic: { status: 'unsupported' } }]),
      )
    },
  }),
}

const newId = (): string => `0x${bytesToHex(crypto.getRandomValues(new Uint8Array(32)))}`

async function find(origin: string, id: string): Promise<Bundle | undefined> {
  return (await bundles.get())[origin]?.find((one) => one.id === id)
}

async function known(origin: string, id: string): Promise<Bundle> {
  const bundle = await find(origin, id)
  // SECURITY: what one site sent is no other's business. Test: src/background/site-guards.test.ts "knows the bundles that it sent, and no other site does"
  if (!bundle) throw new ProviderError('unknown-bundle')
  return bundle
}

/** The same request in the wallet's own list, as long as that goes back. */
async function decidedOf(
  origin: string,
  { transactions, sent }: Bundle,
): Promise<Decided | undefined> {
  const last = transactions[sent - 1]
  const all = await activity.get()
  return all.find((one) => one.origin === origin && one.sent === last)
}

async function keep(origin: string, bundle: Bundle): Promise<void> {
  await bundles.change((all) => ({
    ...all,
    [origin]: [bundle, ...(all[origin] ?? [])].slice(0, BUNDLES),
  }))
}
