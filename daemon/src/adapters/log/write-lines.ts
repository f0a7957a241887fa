import { openSync, writeSync } from 'node:fs'

/** How long a reader that is slow is waited for. */
const PATIENCE_MS = 100
const PAUSE_MS = 5

/** Writes lines at once, one after the other. What cannot be written is lost, and nothing is kept for later. */
export function writeLines(file: string | undefined): { write(line: string): void } {
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
