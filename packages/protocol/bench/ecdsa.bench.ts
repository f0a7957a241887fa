import { warmUp } from '../src/dkls23/warm-up.ts'
import { paths } from '../src/hd/path.ts'
import { RECORD_OVERHEAD } from '../src/wire/channel/record.ts'
import { pair, rngs, sign } from '../test/dkls.ts'

const SIGNATURES = 5
let attempt = 0

/**
 * Both parties on one thread, F1 to F4, verification included. The address is derived by each, from a
 * parent that it knows: the wallet has signed for the account before.
 */
function signOnce() {
  attempt += 1
  return sign(
    { initiator: { ...initiator, attempt }, responder: { ...responder, attempt } },
    rngs(`${attempt}`),
  )
}

const { initiator, responder } = pair('bench', { path: paths.evm(0) })

export const benches = [
  {
    name: 'protocol.ecdsa.sign',
    unit: 'ms',
    ratio: true,
    rounds: 9,
    prepare() {
      warmUp()
      for (let i = 0; i < 30; i++) signOnce()
    },
    run() {
      const start = performance.now()
      for (let i = 0; i < SIGNATURES; i++) signOnce()
      return (performance.now() - start) / SIGNATURES
    },
  },
  {
    name: 'protocol.ecdsa.sign.bytes',
    unit: 'bytes',
    rounds: 1,
    /** On the wire: the four messages, each in its record. */
    run() {
      const flows = Object.values(signOnce().flows)
      return flows.reduce((sum, bytes) => sum + bytes.length + RECORD_OVERHEAD, 0)
    },
  },
]
