/**
 * One key, one family of messages. A signer that lets a request name a key of another family signs,
 * under the rules of one chain, what means something else on another.
 */
import { schnorr } from '@noble/curves/secp256k1.js'
import { describe, expect, test } from 'vitest'
import { ECDSA, ED25519, type SuiteId, TAPROOT } from '../../src/core/suite.ts'
import { addressKey } from '../../src/frost/tweak.ts'
import { applyMark, emptyLedger } from '../../src/session/marks.ts'
import type { SigningRequest } from '../../src/session/request.ts'
import { openSigner } from '../../src/session/signer.ts'
import { requestHash } from '../../src/wire/request-hash.ts'
import { approve, begin, sessionOf, signersOf, worldOf } from './sessions.ts'

const signers = signersOf('domains')
const families = [ECDSA, TAPROOT, ED25519] as const

/** A request that says one suite and names the key of another. */
function mixed(said: SuiteId, named: SuiteId) {
  const session = sessionOf(`domains/${said}/${named}`, named, signers)
  const entry = { ...session.request.entries[0]!, suite: said, message: new Uint8Array(32).fill(3) }
  const request: SigningRequest = { ...session.request, entries: [entry] }
  return { ...session, request }
}

describe('a request that mixes two families', () => {
  test('would make the key of a Bitcoin address sign what was approved for Solana', () => {
    const session = mixed(ED25519, TAPROOT)
    const { request } = session
    const run = worldOf(session)
    // The weakened signer: the approval is on its disk without having been looked at.
    const hash = requestHash(request.entries)
    for (const party of run.parties.values()) {
      party.durable = [{ type: 'approved', request, hash }]
      const { share, peer } = party.signer
      party.signer = openSigner(share, peer, party.durable.reduce(applyMark, emptyLedger(0)))
    }
    begin(run, session)
    const signed = run.parties.get(1)!.durable.find((mark) => mark.type === 'signed')
    const { publicKey, chainCode } = signers[0].keys[TAPROOT - 1]!
    const { path, message } = request.entries[0]!
    const address = addressKey(TAPROOT, publicKey, chainCode, path).publicKey.slice(1)
    expect(schnorr.verify(signed!.signature, message, address)).toBe(true)
  })

  test('an approval that names a key of another family is refused', () => {
    for (const said of families)
      for (const named of families) {
        const session = mixed(said, named)
        const approving = () => approve(worldOf(session), session)
        if (said === named) expect(approving).not.toThrow()
        else expect(approving).toThrow('entries')
      }
  })

  test('an approval that names a key of no wallet is refused', () => {
    const session = mixed(TAPROOT, TAPROOT)
    const [entry] = session.request.entries
    const request = { ...session.request, entries: [{ ...entry!, keyId: new Uint8Array(32) }] }
    expect(() => approve(worldOf(session), { ...session, request })).toThrow('keyId')
  })
})
