/** Loaded before a daemon: its date is the machine's and what a file says, in milliseconds. */
import { readFileSync } from 'node:fs'

const file = process.env['TANDEM_TEST_CLOCK'] ?? ''
const RealDate = Date
const now = (): number => RealDate.now() + offset()

function offset(): number {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: []) => (given.length === 0 ? new target(now()) : new target(...given)),
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
})
