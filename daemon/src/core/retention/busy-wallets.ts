import { concatBytes } from '@noble/hashes/utils.js'
import type { Log } from '../log/kept-log.ts'

/** Where there is something to expire, to prune or to take out. Keys begin with the wallet. */
const here = ['decision', 'unsigned'] as const

const NAME = 32
/** Longer than what comes after a wallet's name in any key, and after all of it. */
const END = new Uint8Array(NAME).fill(0xff)

/**
 * The wallets that ever had a request: others have nothing that could be pruned, and there may be a
 * million of them. Where the disk hides one it is missed, and found when somebody asks for it.
 */
export async function* busyWallets({ hint }: Pick<Log, 'hint'>): AsyncGenerator<Uint8Array> {
  let after: Uint8Array | undefined
  for (;;) {
    const last = after
    const found = await Promise.all(here.map((table) => hint(table, last)))
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
