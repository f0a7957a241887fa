/** Looks into the memory of a process that runs, as whoever debugs it can. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { type Secret, leaksIn } from './leaks.ts'

const CHUNK = 4 * 1024 * 1024
/** No form of a secret is longer: what lies across two chunks is found in the second. */
const LONGEST = 4096

/** What the process could have written: everything that it may change. */
function* regionsOf(pid: number): Generator<{ readonly from: number; readonly to: number }> {
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? []
    if (from === undefined || to === undefined) continue
    yield { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }
  }
}

/** The secrets that are in its memory, as {@link leaksIn} names them, and how many bytes that is. */
export function leaksInMemory(
  pid: number,
  secrets: readonly Secret[],
): { readonly leaks: readonly string[]; readonly bytes: number } {
  const found = new Set<string>()
  let bytes = 0
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  const chunk = Buffer.alloc(CHUNK)
  try {
    for (const { from, to } of regionsOf(pid))
      for (let at = from; at < to; at += CHUNK - LONGEST) {
        const length = readAt(memory, chunk, Math.min(CHUNK, to - at), at)
        bytes += length
        for (const leak of leaksIn(chunk.subarray(0, length), secrets)) found.add(leak)
      }
  } finally {
    chunk.fill(0)
    closeSync(memory)
  }
  return { leaks: [...found], bytes }
}

/** Nothing where a region is gone meanwhile. */
function readAt(memory: number, into: Buffer, length: number, position: number): number {
  try {
    return readSync(memory, into, 0, length, position)
  } catch {
    return 0
  }
}
