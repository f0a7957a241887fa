import { signCheckpoint } from '@tandem/protocol'
import { type Batch, type Range, type Store, StoreError, type Table } from '../../ports/store.ts'
import { sealRow } from '../authenticated.ts'
import { encodeRow } from '../encoding.ts'
import type { Root } from '../root.ts'
import { believed } from './believed.ts'
import { countRows } from './count-rows.ts'
import { inTurn } from './in-turn.ts'
import { isOutside } from './places.ts'
import { rootOf } from './range.ts'
import { CheckpointRow, EVERY, TIP_KEY, TipRow, checkpointKey, nodeKey } from './rows.ts'
import { changeSums } from './sum-change.ts'
import { type Counted, countedOf } from './sum-rows.ts'
import type { SumTree } from './sum-tree.ts'
import { type Tip, follow, headOf } from './walk.ts'

/** A store that can prove what it kept, and where its log stands now. */
export type Log = {
  readonly store: Store
  readonly tip: () => Tip
  /** Counts every row again. @returns how many there are. @throws {StoreError} `damaged` */
  readonly countRows: () => Promise<number>
  /**
   * The first key of a range, as the disk says: it is not known to be right, or to be the first, and nothing else
   * is read. For work that does no harm where it is left out.
   */
  readonly hint: (table: Table, range?: Omit<Range, 'limit'>) => Promise<Uint8Array | undefined>
}

type Rows = NonNullable<Batch['rows']>

/**
 * A store that keeps a MAC on each row, a Merkle tree over its log, sums over its rows, and in each
 * commit one row that says how the log ends and what the sums add up to.
 *
 * @param first as {@link openLog} found it.
 */
export function keptLog(raw: Store, root: Root, now: () => Date, first: Tip, sums: SumTree): Log {
  const key = root.rows
  const turn = inTurn()
  let tip = first

  /** What a batch comes to, and all the rows that it writes. */
  async function write({ clear = [], rows = [], events = [] }: Batch) {
    let after = tip
    const all = [...rows]
    for (const body of events) {
      const next = follow(after, body)
      after = next.tip
      for (const node of next.nodes)
        all.push({ table: 'tree', key: nodeKey(node), value: node.hash })
      if (after.range.length % EVERY === 0) all.push(checkpointRow(after))
    }
    const sealed = all.map(({ table, key: name, value }): Rows[number] => {
      if (!value) return { table, key: name }
      const isPlain = isOutside(table, name)
      return { table, key: name, value: isPlain ? value : sealRow(key, table, name, value) }
    })
    const { changed, ...more } = await changeSums(raw, key, sums, { clear, rows: sealed })
    const last = tipRow(key, after, countedOf(key, changed.root))
    return {
      after,
      changed,
      batch: { clear: [...clear, ...more.clear], rows: [...sealed, ...more.rows, last], events },
    }
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
    ...believed(raw, key, sums, turn),
    commit: (batch) =>
      // One at a time: each row says what the one before left.
      turn(async () => {
        const { after, changed, batch: all } = await write(batch)
        const head = await raw.commit(all)
        if (head.length !== after.range.length)
          throw new StoreError('failed', 'the log moved without us')
        tip = after
        sums.keep(changed)
        return headOf(after)
      }),
  }
  return {
    store,
    tip: () => tip,
    countRows: () => countRows(raw, key, sums, turn),
    async hint(table, range) {
      const [row] = await raw.list(table, { ...range, limit: 1 })
      return row?.key
    },
  }
}

/** The row that says how everything ends. */
export function tipRow(key: Uint8Array, { hash, range }: Tip, sums: Counted): Rows[number] {
  const { length, peaks } = range
  const value = encodeRow(TipRow, { length, hash, peaks: [...peaks], sums, levels: 4 })
  return { table: 'meta', key: TIP_KEY, value: sealRow(key, 'meta', TIP_KEY, value) }
}
