/**
 * The rogue key: who speaks last in a key generation chooses its part so that the sum is a key it
 * knows alone. Two checks stand against it, and either is enough; the attack needs both gone.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test, vi } from 'vitest'
import { ascii, concat } from '../../src/core/bytes.ts'
import { ED25519, mod, suites } from '../../src/core/suite.ts'
import { answerG2, startCeremony } from '../../src/dkg/initiator.ts'
import { answerG1, answerG3 } from '../../src/dkg/responder.ts'
import { testRng } from '../../src/testing.ts'
import { D, E, proposalOf } from '../ceremony.ts'
import { group } from './ceremony-campaign.ts'

/** The checks of a weakened ceremony that are gone. */
const off = vi.hoisted(() => ({ opening: false, proofs: false }))

vi.mock(import('../../src/dkg/transcript.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    commitment: (...args) => (off.opening ? new Uint8Array(32) : real.commitment(...args)),
  }
})
vi.mock(import('../../src/dkg/proof.ts'), async (original) => {
  const real = await original()
  return { ...real, verify: (...args) => off.proofs || real.verify(...args) }
})

const { base, order, encodeScalar, decodePoint } = suites[ED25519]
const proposal = proposalOf({ suites: [ED25519], holders: [1, 2] })
const seed = new Uint8Array(32).fill(7)
const wanted = ed25519.utils.getExtendedPublicKey(seed)

/** The key that an honest responder holds after an initiator that chose last. */
function attack(): Uint8Array {
  const side = (one: typeof E) => ({ proposal, me: one.id, sign: one.sign })
  const [rngE, rngD] = [testRng('rogue/E'), testRng('rogue/D')]
  const start = startCeremony(side(E), rngE, group)
  const first = answerG1(side(D), start.g1, rngD, group)
  const { g3 } = answerG2(start.state, first.g2, rngE)
  // It has seen F_D, and reveals F_E = F* - F_D, with the slope that makes a share it knows fit.
  const theirs = decodePoint(first.g2.slice(32, 64), 'F_D')
  const constant = base.multiply(wanted.scalar).subtract(theirs)
  const share = 5n
  const half = mod((order + 1n) / 2n, order)
  const slope = base.multiply(share).subtract(constant).multiplyUnsafe(half)
  const rest = g3.slice(64, -32)
  const rogue = concat(constant.toBytes(), slope.toBytes(), rest, encodeScalar(share))
  return answerG3(first.state, rogue, rngD).prepared.share.keys[0]!.publicKey
}

function weakened(checks: Partial<typeof off>): Uint8Array {
  Object.assign(off, checks)
  try {
    return attack()
  } finally {
    Object.assign(off, { opening: false, proofs: false })
  }
}

describe('an initiator that chooses after it has seen the other part', () => {
  test('alone has the key of a ceremony without commitment and proofs', () => {
    const key = weakened({ opening: true, proofs: true })
    expect(key).toEqual(wanted.pointBytes)
    const message = ascii('everything for mallory')
    expect(ed25519.verify(ed25519.sign(message, seed), message, key)).toBe(true)
  })

  test('row 25: is stopped by the commitment, and by the proofs without it', () => {
    expect(attack).toThrow(expect.objectContaining({ code: 'OPEN', culprit: 1 }))
    expect(() => weakened({ proofs: true })).toThrow(
      expect.objectContaining({ code: 'OPEN', culprit: 1 }),
    )
    expect(() => weakened({ opening: true })).toThrow(
      expect.objectContaining({ code: 'POK', culprit: 1 }),
    )
  })
})
