import { type Store, tables } from '../../ports/store.ts'
import { openRow } from '../authenticated.ts'
import { breather } from './breathe.ts'
import { bucketOf, groupOf, isOutside, middleOf, realmOf } from './places.ts'
import { bucketIn, bucketKey, middleIn, middleKey } from './sum-rows.ts'
import { type SumTree, nameOf } from './sum-tree.ts'

const PAGE = 500

/**
 * Counts every row again, bucket by bucket: others have their turn in between.
 *
 * @returns how many there are, beside the sums. @throws {StoreError} `damaged`
 */
export async function countRows(
  raw: Store,
  key: Uint8Array,
  tree: SumTree,
  turn: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<number> {
  const rest = breather()
  let rows = 0
  for (const groups of tree.groups.values())
    for (const { id } of groups.values())
      for (const bucket of await turn(() => tree.bucketsOf(id))) {
        rows += (await turn(() => tree.recount(bucket))).rows
        await rest()
      }

  let [last, lastMiddle] = ['', '']
  async function requireBucket(bucket: Uint8Array | undefined): Promise<void> {
    if (!bucket || nameOf(bucket) === last) return
    last = nameOf(bucket)
    // SECURITY: a row where none should be frees or blocks what it names. Test: test/log/sums.test.ts "a row is put where no row is"
    if (!(await raw.get('sum', bucketKey(bucket)))) await turn(() => tree.recount(bucket))
  }

  async function requireAbove(name: Uint8Array): Promise<void> {
    const bucket = bucketIn(name)
    const middle = bucket ? middleOf(bucket) : middleIn(name)
    if (!middle) return
    const group = groupOf(middle)
    // SECURITY: a bucket that was emptied must not come back without its rows. Test: test/log/tamper.test.ts "a row that is deleted, or set back to what it was, is found"
    if (tree.groups.get(group[0] ?? 0)?.has(nameOf(group)) !== true)
      await turn(() => tree.group(group))
    if (!bucket || nameOf(middle) === lastMiddle) return
    lastMiddle = nameOf(middle)
    // SECURITY: nor beside others of its group. Test: test/log/sums.test.ts "a bucket that was emptied comes back beside others"
    if (!(await raw.get('sum', middleKey(middle)))) await turn(() => tree.middle(middle))
  }

  for (const table of tables) {
    let after: Uint8Array | undefined
    do {
      const page = await raw.list(table, { limit: PAGE, ...(after && { after }) })
      for (const row of page)
        if (table === 'sum') await requireAbove(row.key)
        else if (realmOf(table)) await requireBucket(bucketOf(table, row.key))
        else if (!isOutside(table, row.key)) {
          openRow(key, table, row.key, row.value)
          rows += 1
        }
      after = page.at(-1)?.key
      await rest()
    } while (after)
  }
  return rows
}
