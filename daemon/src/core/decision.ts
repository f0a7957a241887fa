import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Use } from '@tandem/chains'
import * as z from 'zod'
import type { Batch, Store } from '../ports/store.ts'
import { bigint, bytes, decodeRow, encodeRow, someBytes, time } from './encoding.ts'
import { factors } from './policy/policy.ts'
import { type Pruned, type Remains, loadPruned } from './retention/pruned.ts'

/**
 * Where a request stands.
 *
 * - `asks`       a second factor is awaited
 * - `allowed`    approved, its budget reserved; it ends when its time is over
 * - `released`   something left that the device can finish with: its budget is spent for good
 * - `denied`, `cancelled`, `expired`  over
 */
const states = ['asks', 'allowed', 'released', 'denied', 'cancelled', 'expired'] as const
export type State = (typeof states)[number]

export const Decision = z.strictObject({
  wallet: bytes(32),
  requestId: bytes(16),
  /** Of everything that is signed. */
  hash: bytes(32),
  payload: someBytes,
  chain: z.string(),
  account: z.string(),
  origin: z.string().optional(),
  replaces: bytes(16).optional(),
  state: z.enum(states),
  /** The version of the policy that judged it. */
  policy: z.int().optional(),
  rule: z.string(),
  detail: z.string(),
  shown: z.array(z.enum(factors)),
  spends: z.array(z.strictObject({ asset: z.string(), amount: bigint })),
  /** Hashes of what can be used once. */
  uses: z.array(bytes(32)),
  /** Nothing of it is valid without each of its uses. One that does not say so counts for itself. */
  whole: z.boolean().optional(),
  /** One of its uses that others have as well, which replace it or which it replaces: one of them counts. */
  slot: bytes(32).optional(),
  at: time,
  /** When it was asked for the first time, where it is judged more than once. */
  firstAt: time.optional(),
  /** Until when its policy lets it wait. */
  waitsUntil: time.optional(),
  expiresAt: time,
})
export type Decision = z.infer<typeof Decision>

const decisionKey = (wallet: Uint8Array, requestId: Uint8Array): Uint8Array =>
  concatBytes(wallet, requestId)

export async function loadDecision(
  store: Store,
  wallet: Uint8Array,
  requestId: Uint8Array,
): Promise<Decision | undefined> {
  const stored = await store.get('decision', decisionKey(wallet, requestId))
  return stored && decodeRow(Decision, stored)
}

/** A decision, or what is left of it. */
const loadRemains = async (
  store: Store,
  wallet: Uint8Array,
  requestId: Uint8Array,
): Promise<Decision | Pruned | undefined> =>
  (await loadDecision(store, wallet, requestId)) ?? loadPruned(store, wallet, requestId)

/** The decisions of a wallet whose request id begins like this, in hex. */
export async function decisionsOf(
  store: Store,
  wallet: Uint8Array,
  prefix: string,
): Promise<readonly Decision[]> {
  const whole = hexToBytes(prefix.slice(0, prefix.length & ~1))
  const found: Decision[] = []
  let after: Uint8Array | undefined
  for (;;) {
    const range = { prefix: concatBytes(wallet, whole), ...(after && { after }) }
    const rows = await store.list('decision', range)
    for (const { value } of rows) {
      const decision = decodeRow(Decision, value)
      if (bytesToHex(decision.requestId).startsWith(prefix)) found.push(decision)
    }
    after = rows.at(-1)?.key
    if (!after) return found
  }
}

type Rows = NonNullable<Batch['rows']>

/**
 * A decision, and where it stands in the order in which decisions end by themselves.
 *
 * @param before the decision that it follows.
 */
export function decisionRows(decision: Decision, before?: Decision): Rows {
  const { wallet, requestId, state, expiresAt } = decision
  const ends = state === 'allowed' || state === 'asks'
  const moved = before && before.expiresAt !== expiresAt ? [before.expiresAt] : []
  return [
    ...moved.map((at) => ({
      table: 'expiry' as const,
      key: concatBytes(wallet, timeKey(at), requestId),
    })),
    {
      table: 'decision',
      key: decisionKey(wallet, requestId),
      value: encodeRow(Decision, decision),
    },
    {
      table: 'expiry',
      key: concatBytes(wallet, timeKey(expiresAt), requestId),
      ...(ends && { value: requestId }),
    },
  ]
}

/** The decisions of a wallet whose time is over, oldest first. */
export async function overdue(
  store: Store,
  wallet: Uint8Array,
  now: Date,
): Promise<readonly Decision[]> {
  const due: Decision[] = []
  let after: Uint8Array | undefined
  // Most often the first is not due, and there may be many.
  while (due.length < 100) {
    const rows = await store.list('expiry', { prefix: wallet, limit: 4, ...(after && { after }) })
    for (const { key, value } of rows) {
      const decision = await loadDecision(store, wallet, value)
      if (!decision || decision.expiresAt > now.getTime()) return due
      due.push(decision)
      after = key
    }
    if (rows.length === 0) break
  }
  return due
}

/** Over and nothing left: neither its budget nor its uses count any more. */
export const isFree = ({ state }: Pick<Decision, 'state'>): boolean =>
  state === 'denied' || state === 'cancelled' || state === 'expired'

const SpendRow = z.strictObject({
  amount: bigint,
  requestId: bytes(16),
  slot: bytes(32).optional(),
})
const UseRow = z.strictObject({ requestId: bytes(16), amount: bigint.optional() })

const assetKey = (wallet: Uint8Array, asset: string): Uint8Array =>
  concatBytes(wallet, sha256(utf8ToBytes(asset)))

/** By wallet, asset and time, so that a window is one range of keys. */
function spendKey({ wallet, requestId, at }: Remains, asset: string): Uint8Array {
  return concatBytes(assetKey(wallet, asset), timeKey(at), requestId)
}

function timeKey(at: number): Uint8Array {
  const key = new Uint8Array(8)
  new DataView(key.buffer).setBigUint64(0, BigInt(at))
  return key
}

/** Reserves the budget of an allowed request. */
export function spendRows(decision: Remains): Rows {
  const { requestId, slot, spends } = decision
  return spends.map(({ asset, amount }) => ({
    table: 'spend',
    key: spendKey(decision, asset),
    value: encodeRow(SpendRow, { amount, requestId, ...(slot && { slot }) }),
  }))
}

/** Takes what an allowed request uses, from whoever had it before. */
export function useRows({ wallet, requestId, uses: ids }: Decision, uses: readonly Use[]): Rows {
  return ids.map((id, at) => {
    const use = uses[at]
    const amount = use?.kind === 'outpoint' ? { amount: use.amount } : {}
    return {
      table: 'use',
      key: concatBytes(wallet, id),
      value: encodeRow(UseRow, { requestId, ...amount }),
    }
  })
}

/** Gives back what was reserved for a request, and what it uses to the one that it replaces. */
export async function givenBack(store: Store, decision: Decision): Promise<Rows> {
  const { wallet, requestId, replaces, spends, uses } = decision
  const rows: Rows[number][] = spends.map(({ asset }) => ({
    table: 'spend',
    key: spendKey(decision, asset),
  }))
  const before = await replacedBy(store, wallet, replaces)
  for (const id of uses) {
    const key = concatBytes(wallet, id)
    const stored = await store.get('use', key)
    const row = stored && decodeRow(UseRow, stored)
    if (!row || !sameId(requestId, row.requestId)) continue
    const heir = before.find((one) => !isFree(one) && one.uses.some((use) => sameId(use, id)))
    const value = heir && encodeRow(UseRow, { ...row, requestId: heir.requestId })
    rows.push({ table: 'use', key, ...(value && { value }) })
  }
  return rows
}

/** The request of this id, the one that it replaces, and so on. */
export async function replacedBy(
  store: Store,
  wallet: Uint8Array,
  replaces: Uint8Array | undefined,
): Promise<readonly (Decision | Pruned)[]> {
  const found: (Decision | Pruned)[] = []
  for (let id = replaces; id; id = found.at(-1)?.replaces) {
    // SECURITY: a nonce goes back to what was signed with it, also where the one between them was pruned. Test: test/retention.test.ts "give a nonce back to the one that was signed with it, over one that was pruned"
    const decision = await loadRemains(store, wallet, id)
    if (!decision || found.some((one) => sameId(one.requestId, id))) break
    found.push(decision)
  }
  return found
}

/** What is asked about, where it is not what everybody used. */
export type Counting = {
  /** Where another amount would be used: then the answer is what there is beside it. */
  readonly slot?: Uint8Array | undefined
  readonly amount?: bigint | undefined
  /** A request that is in that slot from then on. */
  readonly replaces?: Uint8Array | undefined
  /** A request that is judged once more. */
  readonly without?: Uint8Array | undefined
}

/** What a wallet used up of an asset since a moment. Of all in one slot the largest counts. */
export async function spentSince(
  store: Store,
  wallet: Uint8Array,
  asset: string,
  since: Date,
  { slot: mine, amount: own = 0n, replaces, without }: Counting = {},
): Promise<bigint> {
  const prefix = assetKey(wallet, asset)
  let after: Uint8Array = concatBytes(prefix, timeKey(Math.max(0, since.getTime())))
  let sum = 0n
  const slots = new Map<string, bigint>()
  for (;;) {
    const rows = await store.list('spend', { prefix, after, limit: 500 })
    for (const { value } of rows) {
      const { amount, requestId, slot } = decodeRow(SpendRow, value)
      if (without && sameId(requestId, without)) continue
      const place = slot ?? (sameId(requestId, replaces) ? mine : undefined)
      const name = place && bytesToHex(place)
      if (name === undefined) sum += amount
      else if (amount > (slots.get(name) ?? 0n)) slots.set(name, amount)
    }
    const last = rows.at(-1)
    if (!last) break
    after = last.key
  }
  for (const [name, amount] of slots) {
    const isMine = mine !== undefined && name === bytesToHex(mine)
    if (!isMine) sum += amount
    else if (amount > own) sum += amount - own
  }
  return sum
}

/**
 * A use in one name: a nonce of an account, an outpoint, a durable nonce. Blockhashes are none. Each
 * is there once, also where several transactions of a batch have it.
 */
export function useIds(chain: string, uses: readonly Use[]): { use: Use; id: Uint8Array }[] {
  const found = new Map<string, { use: Use; id: Uint8Array }>()
  for (const use of uses) {
    if (use.kind === 'blockhash') continue
    const name =
      use.kind === 'nonce'
        ? `${use.account}#${use.nonce}`
        : use.kind === 'outpoint'
          ? use.outpoint
          : `${use.account}#${use.value}`
    const id = sha256(utf8ToBytes(`${chain} ${use.kind} ${name}`))
    const key = bytesToHex(id)
    // SECURITY: one row twice in one commit ends the process. Test: test/replacing.test.ts "a durable nonce that a batch names twice is one use"
    if (!found.has(key)) found.set(key, { use, id })
  }
  return [...found.values()]
}

/** Who has a use, if anybody still does. */
export async function holderOf(
  store: Store,
  wallet: Uint8Array,
  id: Uint8Array,
): Promise<{ readonly decision: Remains; readonly amount: bigint | undefined } | undefined> {
  const stored = await store.get('use', concatBytes(wallet, id))
  if (!stored) return undefined
  const { requestId, amount } = decodeRow(UseRow, stored)
  // SECURITY: a nonce or coin of what was signed long ago is no less used. Test: test/retention.test.ts "a nonce stays with the request that was signed with it"
  const decision = await loadRemains(store, wallet, requestId)
  if (!decision || isFree(decision)) return undefined
  return { decision, amount }
}

export const sameId = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && bytesToHex(a) === bytesToHex(b)
