/** What stays of a request that is not kept in full any more: a row of a few bytes, for good. */
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { Batch, Store } from '../../ports/store.ts'
import { bigint, bytes, decodeRow, encodeRow, time } from '../encoding.ts'

type Rows = NonNullable<Batch['rows']>

const endings = ['released', 'denied', 'cancelled', 'expired'] as const

/** What a decision means for others: some of its fields. */
export type Remains = {
  readonly wallet: Uint8Array
  readonly requestId: Uint8Array
  readonly state: (typeof endings)[number] | 'asks' | 'allowed'
  readonly replaces?: Uint8Array | undefined
  readonly at: number
  readonly spends: { asset: string; amount: bigint }[]
  readonly uses: Uint8Array[]
  readonly whole?: boolean | undefined
  readonly slot?: Uint8Array | undefined
}

/** A request that was pruned. */
export type Pruned = Remains & { readonly isPruned: true }

const Row = z.strictObject({
  state: z.enum(endings),
  replaces: bytes(16).optional(),
  /** Of one that something left of: what another that replaces it has to know. */
  left: z
    .strictObject({
      at: time,
      spends: z.array(z.strictObject({ asset: z.string(), amount: bigint })),
      uses: z.array(bytes(32)),
      whole: z.boolean().optional(),
      slot: bytes(32).optional(),
    })
    .optional(),
})

const keyOf = ({ wallet, requestId }: Pick<Remains, 'wallet' | 'requestId'>): Uint8Array =>
  concatBytes(wallet, requestId)

/** The row of a request that is pruned, or was. @throws where it is not over. */
export function prunedRow(remains: Remains): Rows[number] {
  const { state, replaces, at, spends, uses, whole, slot } = remains
  if (state === 'asks' || state === 'allowed') throw new Error('a request that is not over is kept')
  const left = {
    at,
    spends,
    uses,
    ...(whole !== undefined && { whole }),
    ...(slot && { slot }),
  }
  const value = encodeRow(Row, {
    state,
    ...(replaces && { replaces }),
    ...(state === 'released' && { left }),
  })
  return { table: 'pruned', key: keyOf(remains), value }
}

/** A request that was pruned, by its id. */
export async function loadPruned(
  store: Pick<Store, 'get'>,
  wallet: Uint8Array,
  requestId: Uint8Array,
): Promise<Pruned | undefined> {
  const stored = await store.get('pruned', keyOf({ wallet, requestId }))
  return stored && read(wallet, requestId, stored)
}

/** The pruned requests of a wallet whose id begins like this, in hex; some of them where there are many. */
export async function prunedOf(
  store: Pick<Store, 'list'>,
  wallet: Uint8Array,
  prefix: string,
): Promise<readonly Pruned[]> {
  const whole = hexToBytes(prefix.slice(0, prefix.length & ~1))
  const rows = await store.list('pruned', { prefix: concatBytes(wallet, whole) })
  return rows
    .map(({ key, value }) => read(wallet, key.slice(wallet.length), value))
    .filter(({ requestId }) => bytesToHex(requestId).startsWith(prefix))
}

function read(wallet: Uint8Array, requestId: Uint8Array, stored: Uint8Array): Pruned {
  const { state, replaces, left } = decodeRow(Row, stored)
  return {
    isPruned: true,
    wallet,
    requestId,
    state,
    ...(replaces && { replaces }),
    ...(left ?? { at: 0, spends: [], uses: [] }),
  }
}
