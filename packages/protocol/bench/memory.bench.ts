import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { paths } from '../src/hd/path.ts'
import { pair, rngs, sign } from '../test/dkls.ts'

const CHILD = 'one signature'

/**
 * What one ECDSA signature of both parties takes, in megabytes of 10^6 bytes: the process's peak
 * resident set after it, less its resident set right before it, when the package is loaded and the
 * keys are there. The process has not signed before, so tables, compiled code and the growth of the
 * heap count; heap that loading left free is used again and does not.
 */
function signOnce(): number {
  const { initiator, responder } = pair('memory', { path: paths.evm(0) })
  const before = process.memoryUsage.rss()
  sign({ initiator, responder }, rngs('memory'))
  return (process.resourceUsage().maxRSS * 1024 - before) / 1e6
}

export const benches = [
  {
    name: 'protocol.memory',
    unit: 'MB',
    run: () =>
      Number(
        execFileSync(process.execPath, [fileURLToPath(import.meta.url), CHILD], {
          encoding: 'utf8',
        }),
      ),
  },
]

if (process.argv[2] === CHILD) process.stdout.write(`${signOnce()}\n`)
