import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { type Row, type Store, StoreError } from '../../ports/store.ts'
import { equalBytes } from '@tandem/protocol'
import { breather } from '../log/breathe.ts'
import { type Side, kinds } from './rows.ts'

/** How a view differs from the one that was made anew. */
export type Rebuilt = {
  /** Of the new one. */
  readonly rows: number
  readonly differ: number
  /** The first ones: kind and id, in hex. */
  readonly names: readonly string[]
  /** Somebody changed rows of the old one behind the daemon's back. */
  readonly damaged: boolean
}

const PAGE = 500
const NAMES = 20

/** Compares two sides. @returns what is left of the differences when they are looked at again. */
export async function differences(
  store: Store,
  live: Side,
  fresh: Side,
): Promise<{ left(): Promise<Rebuilt> }> {
  const rest = breather()
  const differ = new Set<string>()
  let rows = 0
  let damaged = false
  const old = readable(store, live, () => (damaged = true))

  // Both are in order: what one has and the other not shows as the smaller key.
  let after: Uint8Array | undefined
  for (;;) {
    const range = { limit: PAGE, ...(after && { after }) }
    const [now, before] = [await store.list(fresh, range), await old.list(range)]
    const end = lastOfBoth(now, before)
    if (!end) break
    const is = new Map(now.map((row) => [bytesToHex(row.key), row.value]))
    const was = new Map(before.map((row) => [bytesToHex(row.key), row.value]))
    for (const name of new Set([...is.keys(), ...was.keys()])) {
      if (name > bytesToHex(end)) continue
      if (is.has(name)) rows += 1
      const [a, b] = [is.get(name), was.get(name)]
      if (!a || !b || !equalBytes(a, b)) differ.add(name)
    }
    after = end
    await rest()
  }

  return {
    async left() {
      const names: string[] = []
      for (const name of differ) {
        const key = hexToBytes(name)
        const [a, b] = [await store.get(fresh, key), await old.get(key)]
        if (a && b && equalBytes(a, b)) continue
        if (!a && !b) continue
        names.push(nameOf(key))
      }
      return { rows, differ: names.length, names: names.slice(0, NAMES), damaged }
    },
  }
}

/** A page that is full says nothing of what comes after its end. */
function lastOfBoth(one: readonly Row[], two: readonly Row[]): Uint8Array | undefined {
  const ends = [one, two].map((page) => (page.length < PAGE ? undefined : page.at(-1)?.key))
  const full = ends.filter((end) => end !== undefined)
  const all = full.length > 0 ? full : [one, two].flatMap((page) => page.at(-1)?.key ?? [])
  return all
    .toSorted((a, b) => (bytesToHex(a) < bytesToHex(b) ? -1 : 1))
    .at(full.length > 0 ? 0 : -1)
}

/** A side of which somebody may have changed rows: what cannot be believed is not there. */
function readable(store: Store, side: Side, found: () => void) {
  const unless = async <T>(none: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'damaged') throw error
      found()
      return none
    }
  }
  return {
    list: (range: { limit: number; after?: Uint8Array }) =>
      unless<Row[]>([], () => store.list(side, range)),
    get: (key: Uint8Array) => unless<Uint8Array | undefined>(undefined, () => store.get(side, key)),
  }
}

function nameOf(key: Uint8Array): string {
  const known = Object.entries(kinds).find(([, { code }]) => code === key[0])
  const kind: string = known?.[0] ?? 'row'
  return `${kind} ${bytesToHex(key.subarray(1))}`
}
