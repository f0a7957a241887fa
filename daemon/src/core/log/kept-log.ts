import { signCheckpoint } from '@tandem/protocol'
import { type Batch, type Store, StoreError } from '../../ports/store.ts'
import { authenticated, openRow, rowMac, sealRow } from '../authenticated.ts'
import { encodeRow } from '../encoding.ts'
import type { Root } from '../root.ts'
import { inTurn } from './in-turn.ts'
import { rootOf } from './range.ts'
import { type RowSum, minus, plus, stateOf } from './row-sum.ts'
import { CheckpointRow, EVERY, TIP_KEY, TipRow, checkpointKey, nodeKey } from './rows.ts'
import { isOutside } from './scan.ts'
import { type Tip, follow, headOf } from './walk.ts'

/** A store that can prove what it kept, and where its log stands now. */
export type Log = {
  readonly store: Store
  readonly tip: () => Tip
}

type Rows = NonNullable<Batch['rows']>
type State = { readonly tip: Tip; readonly sum: RowSum }

/**
 * A store that keeps a MAC on each row, a Merkle tree over its log, and in each commit one row that
 * says how the log ends and what all rows add up to.
 *
 * @param first as {@link openLog} found it.
 */
export function keptLog(raw: Store, root: Root, now: () => Date, first: State): Log {
  const key = root.rows
  const believed = authenticated(raw, key)
  const turn = inTurn()
  let state = first

  /** What a batch comes to, and all the rows that it writes. */
  async function write({ rows = [], events = [] }: Batch): Promise<{ after: State; rows: Rows }> {
    let { tip, sum } = state
    const all = [...rows]
    for (const body of events) {
      const next = follow(tip, body)
      tip = next.tip
      for (const node of next.nodes)
        all.push({ table: 'tree', key: nodeKey(node), value: node.hash })
      if (tip.range.length % EVERY === 0) all.push(checkpointRow(tip))
    }
    const sealed: Rows[number][] = []
    for (const row of all) {
      if (isOutside(row.table, row.key)) {
        sealed.push(row)
        continue
      }
      const before = await raw.get(row.table, row.key)
      if (before) {
        openRow(key, row.table, row.key, before)
        sum = minus(sum, key, rowMac(before))
      }
      const value = row.value && sealRow(key, row.table, row.key, row.value)
      if (value) sum = plus(sum, key, rowMac(value))
      sealed.push({ table: row.table, key: row.key, ...(value && { value }) })
    }
    const after = { tip, sum }
    return { after, rows: [...sealed, tipRow(after)] }
  }

  function tipRow({ tip, sum }: State): Rows[number] {
    const { length, peaks } = tip.range
    const value = encodeRow(TipRow, {
      length,
      hash: tip.hash,
      peaks: [...peaks],
      rows: sum.rows,
      state: stateOf(key, sum),
    })
    return { table: 'meta', key: TIP_KEY, value: sealRow(key, 'meta', TIP_KEY, value) }
  }

  function checkpointRow({ hash, range }: Tip): Rows[number] {
    const { length, peaks } = range
    const at = now().getTime()
    const unsigned = { length: BigInt(length), root: rootOf(range), at: BigInt(at) }
    const { signature } = signCheckpoint(unsigned, root.identity)
    const value = encodeRow(CheckpointRow, { length, hash, peaks: [...peaks], at, signature })
    return { table: 'checkpoint', key: checkpointKey(length), value }
  }

  const store: Store = {
    ...raw,
    get: (table, name) => (isOutside(table, name) ? raw : believed).get(table, name),
    async list(table, range) {
      const rows = await raw.list(table, range)
      return rows
        .filter((row) => !isOutside(table, row.key))
        .map((row) => ({ key: row.key, value: openRow(key, table, row.key, row.value) }))
    },
    commit: (batch) =>
      // One at a time: each row says what the one before left.
      turn(async () => {
        const { after, rows } = await write(batch)
        const head = await raw.commit({ rows, events: batch.events ?? [] })
        if (head.length !== after.tip.range.length)
          throw new StoreError('failed', 'the log moved without us')
        state = after
        return headOf(after.tip)
      }),
  }
  return { store, tip: () => state.tip }
}
