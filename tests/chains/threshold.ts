/** A wallet of two machines in one process: real key generation, real signatures, no network. */
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Digest, PublicKeyAt } from '@tandem/chains'
import * as tandem from '@tandem/protocol'
import { testRng } from '../../packages/protocol/src/testing.ts'
import { readyRistretto } from '../ristretto.ts'

export type ThresholdWallet = {
  readonly keyAt: PublicKeyAt
  /** The Taproot output key at a path, 32 bytes, as the signing side computes it. */
  outputKey(path: readonly number[]): Uint8Array
  /** Both machines sign; each signature is what the device ends with. */
  sign(digests: readonly Digest[]): Uint8Array[]
}

/** Reproducible: everything random follows from `seed`. */
export async function thresholdWallet(seed: string): Promise<ThresholdWallet> {
  const { group } = await readyRistretto()
  const random = testRng(seed)
  const hedged = (bind: Uint8Array) => testRng(`${seed}/${hex(bind)}`)
  const shares = makeKeys(random, hedged, group)
  let requests = 0

  return {
    keyAt(suite, path) {
      const key = shares[0].keys.find((one) => one.suite === suite)
      if (!key) throw new Error(`no key of suite ${suite}`)
      return tandem.derive(suite, key.publicKey, key.chainCode, path).publicKey
    },
    outputKey(path) {
      const key = shares[0].keys.find((one) => one.suite === tandem.TAPROOT)
      if (!key) throw new Error('no Taproot key')
      return tandem
        .addressKey(tandem.TAPROOT, key.publicKey, key.chainCode, path)
        .publicKey.slice(1)
    },
    sign(digests) {
      requests += 1
      const entries = digests.map(({ index, suite, path, message }) => {
        const key = shares[0].keys.find((one) => one.suite === suite)
        if (!key) throw new Error(`no key of suite ${suite}`)
        return { index, suite, keyId: key.keyId, path, message }
      })
      return signAll(shares, { requestId: random(`request/${requests}`, 16), entries }, hedged)
    },
  }
}

type Shares = readonly [tandem.WalletShare, tandem.WalletShare]

function makeKeys(random: tandem.Rng, hedged: tandem.Hedged, group: tandem.Ristretto): Shares {
  const secrets = [1, 2].map((id) => random(`identity/${id}`, 32))
  const input = (me: number): tandem.CeremonyInput => ({
    proposal: {
      suites: [1, 2, 3],
      t: 2,
      holders: [1, 2],
      contributors: [1, 2],
      devices: secrets.map((secret, at) => ({
        id: at + 1,
        identityPk: ed25519.getPublicKey(secret),
      })),
      backup: { kind: 'none' },
      instanceId: random('instance', 16),
    },
    me,
    sign: (message) => ed25519.sign(message, secrets[me - 1] ?? new Uint8Array(0)),
  })
  const params = tandem.ceremonyParams(input(1).proposal)
  const rng = (answered: Uint8Array) => hedged(tandem.H('hedge', params, answered))
  const e1 = tandem.startCeremony(input(1), rng(new Uint8Array(8)), group)
  const d1 = tandem.answerG1(input(2), e1.g1, rng(e1.g1), group)
  const e2 = tandem.answerG2(e1.state, d1.g2, rng(d1.g2))
  const d2 = tandem.answerG3(d1.state, e2.g3, rng(e2.g3))
  const device = tandem.answerG4(e2.state, d2.g4)
  return [device.share, tandem.answerG5(d2.prepared, device.g5)]
}

function signAll(
  shares: Shares,
  request: tandem.SigningRequest,
  hedged: tandem.Hedged,
): Uint8Array[] {
  const signers = shares.map((share, at) => tandem.openSigner(share, 2 - at))
  const signatures: Uint8Array[] = []

  const tell = (at: number, event: tandem.Event): void => {
    const signer = signers[at]
    if (!signer) throw new Error('two machines')
    const after = tandem.step(signer, event, hedged)
    signers[at] = after.signer
    for (const effect of after.effects) {
      if (effect.type === 'commit') tell(at, { type: 'committed', commit: effect.commit })
      if (effect.type === 'send') tell(1 - at, { type: 'message', message: effect.message })
      if (effect.type === 'refused') throw new Error(`refused ${effect.kind}: ${effect.code}`)
      if (effect.type !== 'outcome' || at !== 0) continue
      if (effect.outcome.phase !== 'Complete' || !effect.outcome.signature)
        throw new Error(`no signature: ${effect.outcome.phase}`)
      signatures[effect.id.index] = effect.outcome.signature
    }
  }

  for (const at of [0, 1]) tell(at, { type: 'approve', request })
  for (const { index } of request.entries)
    tell(0, { type: 'begin', requestId: request.requestId, index })
  return signatures
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
