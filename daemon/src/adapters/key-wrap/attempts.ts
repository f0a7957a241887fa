import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { inTurn } from '../../core/log/in-turn.ts'
import { replaceFile } from '../../durable-file.ts'
import type { Attempts } from '../../ports/key-wrap-attempts.ts'
import { KeyWrapError } from '../../ports/key-wrap.ts'

const FREE = 3
const FIRST_MS = 1_000
const LONGEST_MS = 3_600_000

const State = z.strictObject({ wrong: z.int().min(0), at: z.int() })
type State = z.infer<typeof State>

/** How long the next try waits after so many wrong ones: 1 s after the third, then doubled up to an hour. */
export function delayMs(wrong: number): number {
  return wrong < FREE ? 0 : Math.min(FIRST_MS * 2 ** (wrong - FREE), LONGEST_MS)
}

/** Counts in a file. */
export function attempts(path: string, now: () => Date): Attempts {
  const turn = inTurn()

  async function oneAttempt<T>(attempt: () => Promise<T>): Promise<T> {
    const before = read(path)
    const at = now().getTime()
    if (before.wrong >= FREE && at < before.at) {
      // The clock was set back. It must neither open the door nor keep it shut until it catches up.
      save(path, { ...before, at })
      throw locked(delayMs(before.wrong))
    }
    const left = before.at + delayMs(before.wrong) - at
    // SECURITY: a short PIN falls to whoever may try all of them. Test: src/adapters/key-wrap/attempts.test.ts "after three wrong tries the next ones wait, twice as long each time"
    if (left > 0 && before.wrong >= FREE) throw locked(left)
    // SECURITY: a try that ends in a crash is a try. Test: src/adapters/key-wrap/attempts.test.ts "a try is counted before it is made"
    save(path, { wrong: before.wrong + 1, at })
    try {
      const result = await attempt()
      save(path, { wrong: 0, at })
      return result
    } catch (error) {
      if (!(error instanceof KeyWrapError && error.code === 'wrong-pin')) save(path, before)
      throw error
    }
  }

  return { limited: (attempt) => turn(() => oneAttempt(attempt)) }
}

function locked(ms: number): KeyWrapError {
  return new KeyWrapError(
    'locked',
    `too many wrong tries: the next one in ${Math.ceil(ms / 1000)} s`,
  )
}

function read(path: string): State {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { wrong: 0, at: 0 }
    throw error
  }
  try {
    return State.parse(JSON.parse(text))
  } catch (cause) {
    throw new KeyWrapError('failed', `${path}: expected a count of wrong tries`, cause)
  }
}

function save(path: string, state: State): void {
  replaceFile(path, new TextEncoder().encode(`${JSON.stringify(state)}\n`))
}
