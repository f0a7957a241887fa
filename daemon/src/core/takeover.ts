import type { Batch, Store } from '../ports/store.ts'
import { type Decision, decisionRows, isFree, replacedBy, sameId, spendRows } from './decision.ts'
import { type Remains, prunedRow } from './retention/pruned.ts'

type Spends = Decision['spends']

/** What a request that replaces another one takes over from it. */
export type Takeover = {
  /**
   * A use that the new one shares with all that count with it. All are whole, and no chain takes two
   * of them, so that the largest of their amounts is what can be lost. Without one, each counts for
   * itself.
   */
  readonly slot: Uint8Array | undefined
  /** Marks the replaced one, once the new one is allowed. */
  readonly rows: NonNullable<Batch['rows']>
  /** What new amounts add to those that were spent in the slot already. */
  beside(spends: Spends): Spends
}

/** @returns nothing where the new request leaves the one that it names as valid as before. */
export async function takeover(
  store: Store,
  wallet: Uint8Array,
  replaces: Uint8Array | undefined,
  { uses, whole }: Pick<Decision, 'uses' | 'whole'>,
): Promise<Takeover | undefined> {
  const before = await replacedBy(store, wallet, replaces)
  const [first] = before
  const shared = first?.uses.find((use) => uses.some((one) => sameId(one, use)))
  if (!first || !shared) return undefined
  const nothing: Takeover = { slot: undefined, rows: [], beside: (spends) => spends }
  if (isFree(first) || first.state === 'asks') return nothing
  // SECURITY: what is valid without the shared use spends beside the other. Test: test/replacing.test.ts "one of two is whole, and both are counted"
  if (!first.whole || !whole) return nothing
  const slot = first.slot ?? shared
  // SECURITY: three in a row need not exclude each other: the first and the last may both be mined. Test: test/replacing.test.ts "coins that only neighbours share are not counted as one payment"
  if (!uses.some((use) => sameId(use, slot))) return nothing
  const marked = { ...first, slot }
  return {
    slot,
    rows: first.slot
      ? []
      : [
          ...('isPruned' in first ? [prunedRow(marked)] : decisionRows({ ...first, slot })),
          ...spendRows(marked),
        ],
    beside: (spends) =>
      spends.map(({ asset, amount }) => {
        const most = mostOf([marked, ...before.slice(1)], slot, asset)
        return { asset, amount: amount > most ? amount - most : 0n }
      }),
  }
}

/** The largest amount of an asset in a slot for which something left. */
function mostOf(decisions: readonly Remains[], slot: Uint8Array, asset: string): bigint {
  const amounts = decisions
    .filter((one) => one.state === 'released' && sameId(slot, one.slot))
    .flatMap(({ spends }) => spends.filter((spend) => spend.asset === asset))
  return amounts.reduce((most, { amount }) => (amount > most ? amount : most), 0n)
}
