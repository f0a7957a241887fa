import { ED25519, TAPROOT } from '../src/core/suite.ts'
import {
  type FrostTask,
  answerS1,
  finishS2,
  openS1,
  prepareFrost,
  startFrost,
} from '../src/frost/sign.ts'
import type { FrostSuiteId } from '../src/frost/suite.ts'
import { paths } from '../src/hd/path.ts'
import type { PartyId } from '../src/party.ts'
import { testRng } from '../src/testing.ts'
import { deal } from '../test/deal.ts'

const SIGNATURES = 5

/**
 * Both parties on one thread, from the request to the verified signature. The address is derived by
 * each, from a parent that it knows: the wallet has signed for the account before.
 */
function signing(name: string, suite: FrostSuiteId, path: readonly number[]) {
  const shares = deal(suite, name)
  let attempt = 0
  const task = (me: PartyId): FrostTask =>
    prepareFrost({
      key: shares.get(me)!,
      me,
      signers: [1, 2],
      path,
      message: new Uint8Array(32).fill(attempt),
      requestId: new Uint8Array(16),
      index: 0,
      attempt,
    })
  const sign = (): void => {
    attempt += 1
    const { state, s1 } = startFrost(task(1), testRng(`initiator/${attempt}`))
    const { s2 } = answerS1(openS1(task(2), s1), testRng(`responder/${attempt}`))
    finishS2(state, s2)
  }
  return {
    name,
    unit: 'ms',
    ratio: true,
    rounds: 9,
    prepare() {
      for (let i = 0; i < 10; i++) sign()
    },
    run() {
      const start = performance.now()
      for (let i = 0; i < SIGNATURES; i++) sign()
      return (performance.now() - start) / SIGNATURES
    },
  }
}

export const benches = [
  signing('protocol.frost.ed25519.sign', ED25519, paths.solana(0)),
  signing('protocol.frost.taproot.sign', TAPROOT, paths.taproot(0, 0, 0, 5)),
]
