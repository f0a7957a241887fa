/** A co-signer that decides, and signs nothing by itself; a wallet of keys that everybody knows. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { type PublicKeyAt, account as accountOf } from '@tandem/chains'
import { batchPayload, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { derive, emptyLedger, requestHash } from '@tandem/protocol'
import { accounts } from '../../src/core/accounts.ts'
import { decide } from '../../src/core/approvals.ts'
import { expire } from '../../src/core/expire.ts'
import { onMarks } from '../../src/core/on-marks.ts'
import { release } from '../../src/core/release.ts'
import { encodeRow } from '../../src/core/encoding.ts'
import { decodeEvent } from '../../src/core/event.ts'
import { actKinds } from '../../src/core/policy/act.ts'
import { parseDocument } from '../../src/core/policy/document.ts'
import { documentPolicy } from '../../src/core/policy/document-policy.ts'
import type { Policy } from '../../src/core/policy/policy.ts'
import { prune } from '../../src/core/retention/prune.ts'
import { retention } from '../../src/core/retention/retention.ts'
import { serially } from '../../src/core/serially.ts'
import { WalletRecord, walletKey } from '../../src/core/wallet-record.ts'
import type { Store } from '../../src/ports/store.ts'
import { daemon, local } from '../daemon-in-process.ts'
import { keptApart } from '../kept-apart.ts'

export const DAY = 24 * 60 * 60_000
const KEEP_DAYS = 30
export const wallet = new Uint8Array(32).fill(1)
const start = Date.UTC(2026, 5, 1)

const publicKey = secp256k1.getPublicKey(new Uint8Array(32).fill(7))
const chainCode = new Uint8Array(32).fill(3)
const record: WalletRecord = {
  wallet,
  device: new Uint8Array(32).fill(2),
  keys: [
    { suite: 1, keyId: wallet, publicKey, chainCode },
    { suite: 2, keyId: chainCode, publicKey, chainCode },
  ],
  tested: true,
  createdAt: start,
}
const judge = { record: () => record, accounts: accounts(record.keys) }
const keyAt: PublicKeyAt = (suite, path) => derive(suite, publicKey, chainCode, path).publicKey
const own = accountOf(local.network.id, 0, local.addresses(keyAt, 0))

export const idOf = (number: number): Uint8Array => {
  const id = new Uint8Array(16)
  new DataView(id.buffer).setUint32(0, number + 1)
  return id
}

/** Payments with one nonce after the other; of one alone nothing is valid without its nonce. */
export function payments(nonce: bigint, values: readonly bigint[], data = 0): Uint8Array {
  const transactions = values.map((value, at) =>
    serializeUnsigned({
      type: 2,
      chainId: 31337n,
      nonce: nonce + BigInt(at),
      maxPriorityFeePerGas: 1n,
      maxFeePerGas: 1n,
      gasLimit: 21_000n,
      to: `0x${'35'.repeat(20)}`,
      value,
      data: new Uint8Array(data),
      accessList: [],
    }),
  )
  const [only, ...others] = transactions
  return only && others.length === 0 ? transactionPayload(only) : batchPayload(transactions)
}

/** At most so much a day, whoever gets it. */
export const daily = (limit: bigint): Policy =>
  documentPolicy(
    parseDocument({
      version: 1,
      name: 'test',
      change_after: '24h',
      rules: [
        { rule: 'acts', name: 'all', decision: 'allow', acts: [...actKinds] },
        {
          rule: 'limit',
          name: 'daily',
          assets: [local.network.native.asset],
          per_window: limit.toString(),
          window: '24h',
          over: 'deny',
        },
      ],
    }),
  )

/** One verdict for everything. */
export const always = (decision: 'allow' | 'deny' | 'needs-factor'): Policy => ({
  windows: () => [],
  evaluate: () => ({ decision, rule: 'always', detail: { text: 'Always.' }, spends: [] }),
})

export type Books = Awaited<ReturnType<typeof books>>

export async function books(policy: Policy, raw?: Store, at = start) {
  let clock = at
  const { parts } = await daemon({
    policy,
    now: () => new Date(clock),
    ...(raw && { store: raw }),
  })
  const { store } = parts
  const key = walletKey(record.device, wallet)
  if (!(await store.get('wallet', key)))
    await store.commit({
      rows: [{ table: 'wallet', key, value: encodeRow(WalletRecord, record) }],
    })
  /** Nobody signs: no wallet is open. */
  const registry = {
    alone: async (_wallet: Uint8Array, work: (signing: undefined) => Promise<void>) =>
      work(undefined),
  }
  return {
    parts,
    wait: (ms: number) => (clock += ms),
    now: () => clock,
    keeper: () => retention(parts, registry, KEEP_DAYS),
    prune: async (...numbers: number[]) =>
      prune(parts, registry, wallet, async () => ({ requestIds: numbers.map(idOf) })),
    /** What the last decision added to what is counted. */
    async added() {
      const { length } = await store.head()
      const events = (await store.events(Math.max(1, length - 3), 4)).map(({ body }) =>
        decodeEvent(body),
      )
      const last = events.findLast((event) => event.type === 'decided')
      return last?.spends.map(({ amount }) => amount)
    },
    async ask(number: number, payload: Uint8Array, replaces?: number): Promise<string> {
      const entries = local
        .read(payload, own)
        .digests()
        .map((digest) => ({ ...digest, path: [...digest.path], keyId: wallet }))
      const { verdict } = await decide(
        parts,
        judge,
        {
          type: 'request',
          requestId: idOf(number),
          account: own.id,
          chain: local.network.id,
          payload,
          entries: entries.map(({ index, suite, path, keyId }) => ({ index, suite, path, keyId })),
          hash: requestHash(entries),
          ...(replaces !== undefined && { replaces: idOf(replaces) }),
        },
        keptApart(parts),
      )
      return `${verdict.decision} ${verdict.rule}`
    },
    async leave(number: number) {
      await serially(store, wallet, async () => {
        const mark = { type: 'released', requestId: idOf(number), index: 0, attempt: 1 } as const
        await store.commit({ rows: await onMarks(parts, wallet, [mark]) })
      })
    },
    cancel: async (number: number) =>
      release(parts, { wallet, requestId: idOf(number) }, 'cancelled'),
    expire: async () =>
      expire(parts, {
        record: () => record,
        signing: { ledger: () => emptyLedger(0), tell: async () => undefined },
      }),
  }
}
