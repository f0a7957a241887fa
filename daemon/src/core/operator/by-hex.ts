import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { View, ViewRow } from '../projections/view.ts'
import { byPrefix } from './by-prefix.ts'

/** What a person calls each kind. */
const names = { device: 'device', wallet: 'wallet', pending: 'request' } as const

/** The one thing of the view whose id begins like this. @throws {OperatorError} `not-found`, `ambiguous` */
export async function byHex<K extends keyof typeof names>(
  view: View,
  kind: K,
  prefix: string,
): Promise<ViewRow<K>> {
  const below = hexToBytes(prefix.slice(0, prefix.length & ~1))
  const found: ViewRow<K>[] = []
  let after: Uint8Array | undefined
  do {
    const page = await view.list(kind, { below, ...(after && { after }) })
    found.push(...page.filter(({ id }) => bytesToHex(id).startsWith(prefix)))
    after = page.at(-1)?.id
  } while (after && found.length < 2)
  return byPrefix(names[kind], found, ({ id }) => bytesToHex(id), prefix)
}
