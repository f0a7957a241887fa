import { randomBytes } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import * as tandem from '@tandem/protocol'

// In a wallet these are two machines, and each arrow is a message through the encrypted channel.
const random = (_label: string, length: number) => Uint8Array.from(randomBytes(length))
const hedgeKey = random('hedge key, stored with the share', 32)
const incarnation = random('incarnation', 16)
const hedged = (bind: Uint8Array) =>
  tandem.hedgedRng({ key: hedgeKey, os64: random('os64', 64), bootCounter: 0n, incarnation }, bind)
const group = tandem.nobleRistretto
const identities = [1, 2].map((id) => ({ id, secret: random('identity', 32) }))
const input = (me: number): tandem.CeremonyInput => ({
  proposal: {
    suites: [tandem.ECDSA, tandem.ED25519],
    t: 2,
    holders: [1, 2],
    contributors: [1, 2],
    devices: identities.map(({ id, secret }) => ({ id, identityPk: ed25519.getPublicKey(secret) })),
    backup: { kind: 'none' },
    instanceId,
  },
  me,
  sign: (message) => ed25519.sign(message, identities[me - 1]!.secret),
})
const instanceId = random('instance', 16)

// Five messages make the keys. Every answer draws from fresh entropy, bound to what it answers.
const params = tandem.ceremonyParams(input(1).proposal)
const rng = (answered: Uint8Array) => hedged(tandem.H('hedge', params, answered))
const e1 = tandem.startCeremony(input(1), rng(new Uint8Array(8)), group)
const d1 = tandem.answerG1(input(2), e1.g1, rng(e1.g1), group) // G1 →
const e2 = tandem.answerG2(e1.state, d1.g2, rng(d1.g2)) //        ← G2
const d2 = tandem.answerG3(d1.state, e2.g3, rng(e2.g3)) //        G3 →
const device = tandem.answerG4(e2.state, d2.g4) //                ← G4
const cosigner = tandem.answerG5(d2.prepared, device.g5) //       G5 →

// Two signers sign. The caller does what they ask for, in order.
const key = device.share.keys[0]!
const entries = [
  { index: 0, suite: key.suite, keyId: key.keyId, path: [60, 0], message: random('hash', 32) },
]
const request = { requestId: random('request', 16), entries }
const signers = [device.share, cosigner].map((share, at) => tandem.openSigner(share, 2 - at))

function tell(at: number, event: tandem.Event): void {
  const after = tandem.step(signers[at]!, event, hedged)
  signers[at] = after.signer
  for (const effect of after.effects) {
    // A wallet makes the marks durable here, before it goes on.
    if (effect.type === 'commit') tell(at, { type: 'committed', commit: effect.commit })
    if (effect.type === 'send') tell(1 - at, { type: 'message', message: effect.message })
    if (effect.type === 'outcome' && at === 0) outcomes.push(effect.outcome)
  }
}

export const outcomes: tandem.Outcome[] = []
export const publicKey = tandem.derive(key.suite, key.publicKey, key.chainCode, [60, 0]).publicKey
for (const at of [0, 1]) tell(at, { type: 'approve', request })
tell(0, { type: 'begin', requestId: request.requestId, index: 0 })
export const message = entries[0]!.message
