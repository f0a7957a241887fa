/**
 * Does the time of the OT-extension check tell where it failed? A statistical test in the manner of
 * dudect (eprint 2016/1123): two classes of bad messages, wrong in the first or in the last row, in
 * random order; Welch's t over the times below the 90th percentile. |t| above 4.5 would be a leak.
 * JavaScript promises nothing; this reports what one run sees.
 */
import { receive, send } from '../src/ot/extension.ts'
import { testRng } from '../src/testing.ts'
import { idealOt } from '../test/dkls.ts'

const SAMPLES = 4_000
const ROW = 68

const { asReceiver, asSender } = idealOt(testRng('timing'))
const osid = testRng('timing')('osid', 32)
const honest = receive(
  osid,
  asReceiver,
  testRng('timing')('beta', 52),
  testRng('timing')('mask', 16),
)

function wrongIn(row: number): Uint8Array {
  const message = honest.message.slice()
  message[ROW * row]! ^= 1
  return message
}

function welch(a: readonly number[], b: readonly number[]): number {
  const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length
  const [m, n] = [mean(a), mean(b)]
  const spread = (xs: readonly number[], middle: number) =>
    xs.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (xs.length - 1) / xs.length
  return Math.abs(m - n) / Math.sqrt(spread(a, m) + spread(b, n))
}

export const benches = [
  {
    name: 'protocol.timing.ote',
    unit: 't',
    rounds: 5,
    prepare() {
      for (let i = 0; i < 200; i++) send(osid, asSender, wrongIn(i % 128))
    },
    run() {
      const classes = [wrongIn(0), wrongIn(127)] as const
      const times: [number[], number[]] = [[], []]
      for (let i = 0; i < SAMPLES; i++) {
        const which = Math.random() < 0.5 ? 0 : 1
        const start = performance.now()
        send(osid, asSender, classes[which])
        times[which].push(performance.now() - start)
      }
      const limit = [...times[0], ...times[1]].toSorted((x, y) => x - y)[Math.floor(SAMPLES * 0.9)]!
      const [first, last] = times.map((list) => list.filter((time) => time <= limit))
      return welch(first!, last!)
    },
  },
]
