/** FROST's part of the campaigns. */
import type { FrostSuiteId } from '../../src/frost/suite.ts'
import {
  type FrostInput,
  answerS1,
  finishS2,
  isSignature,
  openS1,
  prepareFrost,
  startFrost,
} from '../../src/frost/sign.ts'
import type { KeyShare } from '../../src/share/share.ts'
import { testRng } from '../../src/testing.ts'
import { deal } from '../deal.ts'
import type { Key } from './requests.ts'

export type FrostSigned = {
  readonly signature: Uint8Array
  readonly message: Uint8Array
  readonly path: readonly number[]
  /** The root of the path. */
  readonly root: Pick<KeyShare, 'publicKey' | 'chainCode'>
  /** Whether the responder accepts it too. */
  readonly agreed: boolean
}

export function signKey(suite: FrostSuiteId, { seed, sides, requests }: Key): FrostSigned[] {
  const shares = deal(suite, seed)
  const [first, second] = sides
  const signers = [first, second].toSorted((a, b) => a - b)
  return requests.map(({ seed: nonces, ...request }) => {
    const input = (me: number): FrostInput => ({ ...request, key: shares.get(me)!, me, signers })
    const [ours, theirs] = [prepareFrost(input(first)), prepareFrost(input(second))]
    const { state, s1 } = startFrost(ours, testRng(`${nonces}/initiator`))
    const { s2 } = answerS1(openS1(theirs, s1), testRng(`${nonces}/responder`))
    const { signature } = finishS2(state, s2)
    const { message, path } = request
    const agreed = isSignature(theirs, signature)
    return { signature, message, path, root: shares.get(first)!, agreed }
  })
}
