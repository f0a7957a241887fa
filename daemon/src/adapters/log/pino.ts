import { openSync, writeSync } from 'node:fs'
import { pino } from 'pino'
import type { Failure, Level, Line, LogLines } from '../../ports/log-lines.ts'

/** How much is said, and where: the standard error of the process, or a file of its own. */
export type LogSettings = { readonly level: Level; readonly file?: string }

/** How long a reader that is slow is waited for. */
const PATIENCE_MS = 100
const PAUSE_MS = 5

/** One JSON object a line, written before {@link LogLines.say} returns: a crash loses none. */
export function pinoLines({ level, file }: LogSettings): LogLines {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    writeLines(file),
  )
  return { say: (line) => logger[line.level](fieldsOf(line)) }
}

/** Field by field: what a line carries beside its type's fields goes nowhere. */
function fieldsOf(line: Line) {
  const { wallet, device, request, index, attempt, epoch, boot, port, left, failures } = line
  return {
    event: word(line.event),
    ...(line.what !== undefined && { what: word(line.what) }),
    ...defined({ wallet, device, request, index, attempt, epoch, boot, port, left }),
    ...(failures && { failures: failures.map(failureOf) }),
  }
}

function failureOf({ name, code, frames }: Failure) {
  return { name: word(name), ...(code !== undefined && { code: word(code) }), frames: [...frames] }
}

function defined(fields: Record<string, string | number | undefined>) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** What stands where a word of ours does, is short and has no spaces; a sentence of others is not. */
function word(text: string): string {
  // SECURITY: a text from outside that slipped into a code must not reach the log. Test: src/adapters/log/pino.test.ts "a text in the place of a word is not written"
  return /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/.test(text) ? text : '?'
}

/** Writes lines at once, one after the other. What cannot be written is lost, and nothing is kept for later. */
function writeLines(file: string | undefined): { write(line: string): void } {
  const fd = file === undefined ? 2 : openSync(file, 'a', 0o600)
  let isCut = false
  return {
    write(line) {
      let rest: Uint8Array = Buffer.from(isCut ? `\n${line}` : line)
      const whole = rest.length
      const end = performance.now() + PATIENCE_MS
      while (rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(fd, rest))
        } catch (error) {
          const isSlow = error instanceof Error && 'code' in error && error.code === 'EAGAIN'
          // SECURITY: a line that cannot be written is lost; the co-signer is not. Test: src/adapters/log/pino.test.ts "a full disk takes no line, and ends nothing"
          if (!isSlow || performance.now() > end) break
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
        }
      }
      if (rest.length < whole) isCut = rest.length > 0
    },
  }
}
