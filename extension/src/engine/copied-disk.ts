/**
 * What cannot be made again, in two places: the lock, who the co-signer is, and the share. Browsers
 * lose databases, whole or their end.
 *
 * Both places have a number that grows with each write, and a checksum. A write is over when both have
 * it, the database first, so that what has left is in both. At the start the newest whole one wins, and
 * the other is made again from it.
 *
 * The record of what was signed is in the database only. Where that had to be made again, some of its
 * end may be missing: the link to the co-signer counts as closed then, and is renewed with a fresh one
 * before anything is signed over it. Nonces are in neither.
 */
import { bytes, decodeRow, encodeRow, equalBytes, someBytes } from '@tandem/protocol'
import { sha256 } from '@noble/hashes/sha2.js'
import * as z from 'zod'
import { EngineError } from '../messages/engine.ts'
import { inTurn } from '../messages/in-turn.ts'
import type { PrivateFile } from './adapters/private-file.ts'
import type { Disk, Row } from './ports/disk.ts'

const rows = z.array(z.strictObject({ name: z.string(), value: someBytes }))
const Copy = z.strictObject({ number: z.int(), rows, sum: bytes(32) })
type Copy = z.infer<typeof Copy>

const Mark = z.strictObject({ number: z.int(), sum: bytes(32) })
const MARK = 'copy'

export type CopiedParts = {
  readonly disk: Disk
  readonly file: PrivateFile
  /** The rows that are in both places. */
  readonly names: readonly string[]
  /** Rows that say that the record of what was signed is not whole. */
  readonly torn: readonly Row[]
}

/** What became of the two places at the start. */
export type Found = 'whole' | 'copied' | 'restored'

/** @throws {EngineError} `damaged`: there is something, and neither place is whole. */
export async function copiedDisk({
  disk,
  file,
  names,
  torn,
}: CopiedParts): Promise<{ readonly disk: Disk; readonly found: Found }> {
  const turn = inTurn()
  const isCopied = new Set(names)
  const own = await ofDatabase(disk, names)
  const other = await ofFile(file)
  let current = newest(own, other)
  let found: Found = 'whole'

  if (!current && (own === 'damaged' || other === 'damaged'))
    throw new EngineError('damaged', 'what this browser kept is damaged in both places')
  current ??= sealed(0, [])
  if (own !== current && (own === 'damaged' || other !== undefined)) {
    // SECURITY: what was signed since is forgotten with the end of a database, and its checks with it. Test: src/engine/copied-disk.test.ts "a database that was lost or set back comes back with its link closed"
    await disk.write([...gone(names, current), ...current.rows, markOf(current), ...torn])
    found = 'restored'
  }
  if (other === 'damaged' || other?.number !== current.number) {
    await file.write(encodeRow(Copy, current))
    if (found === 'whole' && other !== undefined) found = 'copied'
  }

  const copied: Disk = {
    get: (name) => disk.get(name),
    list: (prefix) => disk.list(prefix),
    write: (batch) =>
      turn(async () => {
        const changed = batch.filter(({ name }) => isCopied.has(name))
        if (changed.length === 0 || !current) return disk.write(batch)
        const next = sealed(current.number + 1, withChanges(current.rows, changed))
        await disk.write([...batch, markOf(next)])
        // Without the copy the database is as good as one without: the copy is made again at the next start.
        await file.write(encodeRow(Copy, next)).catch(() => undefined)
        current = next
      }),
  }
  return { disk: copied, found }
}

/** @returns nothing for a database in which nothing was ever kept. */
async function ofDatabase(
  disk: Disk,
  names: readonly string[],
): Promise<Copy | 'damaged' | undefined> {
  try {
    const found: Row[] = []
    for (const name of [...names].toSorted()) {
      const value = await disk.get(name)
      if (value) found.push({ name, value })
    }
    const mark = await disk.get(MARK)
    if (!mark) return found.length === 0 ? undefined : 'damaged'
    const { number, sum } = decodeRow(Mark, mark)
    const copy = sealed(number, found)
    return equalBytes(copy.sum, sum) ? copy : 'damaged'
  } catch {
    return 'damaged'
  }
}

async function ofFile(file: PrivateFile): Promise<Copy | 'damaged' | undefined> {
  try {
    const written = await file.read()
    if (!written || written.length === 0) return undefined
    const copy = decodeRow(Copy, written)
    // SECURITY: half a share, or one of another time, signs nothing and hides the whole one. Test: src/engine/copied-disk.test.ts "a copy with one wrong bit is none, also where there is nothing else"
    if (!equalBytes(sealed(copy.number, copy.rows).sum, copy.sum)) return 'damaged'
    return copy
  } catch {
    return 'damaged'
  }
}

/** Where both are as new, that of the database. */
function newest(own: Copy | 'damaged' | undefined, other: Copy | 'damaged' | undefined) {
  const whole = [own, other].filter((one) => one !== undefined && one !== 'damaged')
  return whole.toSorted((a, b) => b.number - a.number)[0]
}

function sealed(number: number, of: readonly Row[]): Copy {
  const sorted = of.map(({ name, value }) => ({ name, value })).toSorted(byName)
  return {
    number,
    rows: sorted,
    sum: sha256(encodeRow(z.tuple([z.int(), rows]), [number, sorted])),
  }
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)

const markOf = ({ number, sum }: Copy): Row => ({
  name: MARK,
  value: encodeRow(Mark, { number, sum }),
})

function withChanges(
  before: readonly Row[],
  changed: readonly { readonly name: string; readonly value?: Uint8Array }[],
): Row[] {
  const next = new Map(before.map(({ name, value }) => [name, value]))
  for (const { name, value } of changed)
    if (value) next.set(name, value)
    else next.delete(name)
  return [...next].map(([name, value]) => ({ name, value }))
}

/** Rows that the newest one does not have. */
const gone = (names: readonly string[], { rows: kept }: Copy): { name: string }[] =>
  names.filter((name) => kept.every((row) => row.name !== name)).map((name) => ({ name }))
