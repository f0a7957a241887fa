import sodium, { ready } from 'libsodium-wrappers-sumo'
import { type Part, encryptPart, verifyPart } from '../src/backup/bundle.ts'
import { H } from '../src/core/hash.ts'
import { sodiumRistretto } from '../src/core/ristretto-sodium.ts'
import { suites as all } from '../src/core/suite.ts'
import { testRng } from '../src/testing.ts'
import { ceremony } from '../test/ceremony.ts'

await ready
const group = sodiumRistretto(sodium)
const suites = [all[1], all[2], all[3]]
const values = [123n, 456n, 789n].map((value) => value ** 30n)
let run = 0

/** What the verifiable backup adds to a ceremony: each contributor proves, and the other verifies. */
function backup() {
  run += 1
  const publicKey = group.timesBase(group.reduce(new Uint8Array(64).fill(run)))
  const points = suites.map((suite, at) => suite.base.multiply(values[at]! % suite.order))
  for (const contributor of [1, 2]) {
    const part: Part = { suites, sid: H('dkg-sid2'), contributor, points, publicKey }
    const reduced = values.map((value, at) => value % suites[at]!.order)
    const ct = encryptPart(group, part, reduced, testRng(`${run} ${contributor}`))
    if (!verifyPart(group, part, ct)) throw new Error('the backup does not verify')
  }
}

function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

export const benches = [
  {
    name: 'protocol.dkg',
    unit: 'ms',
    ratio: true,
    prepare: () => void [1, 2, 3].map((seed) => ceremony({ group, seed: `warm ${seed}` })),
    /** All three keys with base OT in both directions: G1 to G5, both parties on one thread. */
    run: () => timed(() => ceremony({ group, seed: `dkg ${++run}` })),
  },
  {
    name: 'protocol.dkg.backup',
    unit: 'ms',
    ratio: true,
    rounds: 3,
    prepare: backup,
    run: () => timed(backup),
  },
]
