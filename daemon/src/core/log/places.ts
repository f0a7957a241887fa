import { bytesToHex } from '@noble/hashes/utils.js'
import { type Table, tables } from '../../ports/store.ts'
import { ROOT_KEY, TIP_KEY } from './rows.ts'

/** Tables that are counted together, and how many first bytes of a key name its bucket. */
type Realm = { readonly id: number; readonly bytes: number }

/** What a signature changes has keys that begin with the wallet: one bucket for all of it. */
const wallets: Realm = { id: 5, bytes: 2 }

/** A list shows what is in both: their keys begin with the device. */
const devices: Realm = { id: 2, bytes: 2 }

const realms: Readonly<Record<Table, Realm | undefined>> = {
  // `device` and the identity of one is its longest key.
  meta: { id: 0, bytes: 8 },
  device: { id: 1, bytes: 2 },
  wallet: devices,
  address: devices,
  factor: { id: 3, bytes: 2 },
  sid: { id: 8, bytes: 2 },
  // Its keys begin with the length of a wallet's name, in four bytes.
  share: { id: 4, bytes: 6 },
  pair: wallets,
  request: wallets,
  decision: wallets,
  pruned: wallets,
  unsigned: wallets,
  expiry: wallets,
  use: wallets,
  outpoint: wallets,
  spend: wallets,
  // The first byte says what kind of row it is.
  'view-0': { id: 6, bytes: 3 },
  'view-1': { id: 7, bytes: 3 },
  // At a place of the log one value is right for all time; its MAC binds it to that place, the log
  // itself says which value, and whoever needs one that is missing says so.
  tree: undefined,
  checkpoint: undefined,
  // Each of these is counted by the one above it.
  sum: undefined,
}

export const realmOf = (table: Table): Realm | undefined => realms[table]

/** Where a row is counted, `realm ‖ u8(length) ‖ first bytes`; nothing where none is. */
export function bucketOf(table: Table, key: Uint8Array): Uint8Array | undefined {
  const realm = realms[table]
  if (!realm || isOutside(table, key)) return undefined
  // A key that is too short for the name of a bucket is alone in one.
  return bucketNamed(realm, key.slice(0, realm.bytes))
}

export const bucketNamed = ({ id }: Realm, name: Uint8Array): Uint8Array =>
  Uint8Array.of(id, name.length, ...name)

/** Where the rows of a bucket are. */
export function rowsIn(bucket: Uint8Array): {
  readonly tables: readonly Table[]
  readonly name: Uint8Array
  /** The name is what all keys begin with; otherwise it is the only key. */
  readonly isPrefix: boolean
} {
  const [id = -1, length] = bucket
  const here = tablesOf.get(id) ?? []
  const isPrefix = here.some((table) => realms[table]?.bytes === length)
  return { tables: here, name: bucket.slice(2), isPrefix }
}

/** By the number of their realm. */
const tablesOf = new Map(
  Object.values(realms).flatMap((realm) =>
    realm ? [[realm.id, tables.filter((table) => realms[table]?.id === realm.id)] as const] : [],
  ),
)

/** The buckets whose names differ in the last four bits only: by the name of the first that there can be. */
export function middleOf(bucket: Uint8Array): Uint8Array {
  const middle = bucket.slice()
  const last = middle.length - 1
  if (rowsIn(bucket).isPrefix) middle[last] = (middle[last] ?? 0) & 0xf0
  return middle
}

/** The name of the last bucket that there can be in a middle. */
export function endOf(middle: Uint8Array): Uint8Array {
  const end = middle.slice()
  const last = end.length - 1
  if (rowsIn(middle).isPrefix) end[last] = (end[last] ?? 0) | 0x0f
  return end
}

/** The buckets, or middles, whose names differ in their last byte only. */
export function groupOf(bucket: Uint8Array): Uint8Array {
  return rowsIn(bucket).isPrefix ? bucket.slice(0, -1) : bucket
}

const outside = new Set([ROOT_KEY, TIP_KEY].map((key) => bytesToHex(key)))

/** The root secrets and the tip itself: rows that no sum counts. */
export function isOutside(table: Table, key: Uint8Array): boolean {
  return table === 'meta' && outside.has(bytesToHex(key))
}
