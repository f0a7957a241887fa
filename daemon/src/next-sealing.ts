/**
 * How a folder goes from one sealing to the next, whenever it is stopped in between. The next one is written
 * beside the one that holds; the commit that moves the secrets names it; then it takes the other's place. What is
 * found later is settled by the name.
 */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { equalBytes } from '@tandem/protocol'
import type { Config } from './config.ts'
import { namedSealing } from './core/sealed-under.ts'
import { moveFile, replaceFile } from './durable-file.ts'
import type { Store } from './ports/store.ts'
import { type Sealing, bytesOf, effectiveSealing, nameOf } from './sealing.ts'

const nextOf = (folder: string): string => nameOf(folder).replace(/\.toml$/, '.next.toml')

const digestOf = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash('sha256').update(bytes).digest())

/** Writes the next sealing down. @returns what the commit that moves the secrets must name. */
export function proposeSealing(folder: string, sealing: Sealing): Uint8Array {
  const bytes = bytesOf(sealing)
  replaceFile(nextOf(folder), bytes)
  return digestOf(bytes)
}

/**
 * Ends a move that was broken off: the next sealing holds if the secrets are under it, else it is gone. Nobody
 * else may have the store open.
 */
export async function settleSealing(raw: Pick<Store, 'get'>, folder: string): Promise<void> {
  let next: Uint8Array
  try {
    next = Uint8Array.from(readFileSync(nextOf(folder)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw error
  }
  const named = await namedSealing(raw)
  if (named && equalBytes(named, digestOf(next))) moveFile(nextOf(folder), nameOf(folder))
  else rmSync(nextOf(folder))
}

/** The sealing that holds, once a move that was broken off is settled. */
export async function settledSealing(
  raw: Pick<Store, 'get'>,
  { folder, sealing: set }: Pick<Config, 'folder' | 'sealing'>,
  known: Sealing,
): Promise<Sealing> {
  await settleSealing(raw, folder)
  return effectiveSealing(folder, set) ?? known
}
