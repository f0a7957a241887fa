import { concatBytes } from '@noble/hashes/utils.js'
import type { Table } from '../../ports/store.ts'
import type { Log } from '../log/kept-log.ts'

const NAME = 32
/** Longer than what comes after a wallet's name in any key, and after all of it. */
const END = new Uint8Array(NAME).fill(0xff)

/**
 * The wallets that have a row in one of some tables, whose keys begin with the wallet: there may be a million
 * of which none has. Where the disk hides one it is missed, and found when somebody asks for it.
 */
export async function* busyWallets(
  { hint }: Pick<Log, 'hint'>,
  tables: readonly Table[],
): AsyncGenerator<Uint8Array> {
  let after: Uint8Array | undefined
  for (;;) {
    const last = after
    const found = await Promise.all(tables.map((table) => hint(table, last && { after: last })))
    const [next] = found.flatMap((key) => key ?? []).toSorted(byBytes)
    if (!next) return
    const wallet = next.slice(0, NAME)
    yield wallet
    after = concatBytes(wallet, END)
  }
}

function byBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index])
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1)
}
