import { ed25519 } from '@noble/curves/ed25519.js'
import { concat, u32, u8 } from '../../src/core/bytes.ts'
import { H } from '../../src/core/hash.ts'
import { answerN1, answerN2, answerN3, answerN4, startReOt } from '../../src/dkg/re-ot.ts'
import { baseSid, receiverInit, senderInit } from '../../src/ot/base.ts'
import type { WalletShare } from '../../src/share/share.ts'
import { testRng } from '../../src/testing.ts'
import { naiveOt } from './base-ot.ts'
import { actor, otValues } from './ceremony.ts'
import { splitCeremony } from './dkg.ts'
import { group } from './group.ts'
import { signWith } from './naive-ceremony.ts'
import { type VectorFile, agreed } from './values.ts'

const E = 1
const D = 2
const seeds = { E: 'vectors/re-ot/E', D: 'vectors/re-ot/D' }

/** New base transfers for the pair of dkg/split. */
export function reOtVectors(): VectorFile[] {
  const ran = splitCeremony()
  const [one, two] = [actor('E', 'vectors/dkg/split'), actor('D', 'vectors/dkg/split')]
  const input = (share: WalletShare, peer: number, secret: Uint8Array) => ({
    share,
    peer,
    otNo: 1,
    sign: (message: Uint8Array) => ed25519.sign(message, secret),
  })
  const [rngE, rngD] = [testRng(seeds.E), testRng(seeds.D)]
  const n1 = startReOt(input(ran.E, D, one.identitySecret), rngE, group)
  const n2 = answerN1(input(ran.D, E, two.identitySecret), n1.n1, rngD, group)
  const n3 = answerN2(n1.state, n2.n2, rngE)
  const n4 = answerN3(n2.state, n3.n3)
  const last = answerN4(n3.prepared, { id: D, identityPk: two.identityPk }, n4.n4)

  const epochSid = ran.naive.keys[0]!.epochSid
  const otNo = 1
  const [nonceE, nonceD] = [testRng(seeds.E)('nonce', 32), testRng(seeds.D)('nonce', 32)]
  const resid = H('re-ot', epochSid, u32(otNo), nonceE, nonceD)
  const botA = [seeds.E, seeds.D].map((seed) => senderInit(group, testRng(seed)).botA)
  const bsid = { E_as_P: baseSid(resid, E, D), D_as_P: baseSid(resid, D, E) }
  const botR = [
    receiverInit(group, bsid.D_as_P, testRng(seeds.E)).botR,
    receiverInit(group, bsid.E_as_P, testRng(seeds.D)).botR,
  ]
  const message = (id: number) =>
    H('re-ot-cert', u8(id), resid, botA[0]!, botR[0]!, botA[1]!, botR[1]!)
  const cert = {
    E: signWith(one.identitySecret, message(E)),
    D: signWith(two.identitySecret, message(D)),
  }
  const [setupE, setupD] = naiveOt(
    resid,
    [
      { id: E, seed: seeds.E },
      { id: D, seed: seeds.D },
    ],
    otNo,
  )
  const mine = last.value.setup
  agreed('k_0', mine.asReceiver.k0, setupE.asReceiver.k0)
  agreed('k_1', mine.asReceiver.k1, setupE.asReceiver.k1)
  agreed('k', mine.asSender.k, setupE.asSender.k)
  agreed('D k', n4.active.value.setup.asSender.k, setupD.asSender.k)
  if (mine.otNo !== otNo) throw new Error('otNo is not one more')
  const values = {
    about: 'PROTOCOL.md, sections 5 and 11. Between the machines of dkg/split, whose otNo was 0',
    seeds,
    identitySecrets: { E: one.identitySecret, D: two.identitySecret },
    epochSid,
    otNo,
    nonce_E: nonceE,
    nonce_D: nonceD,
    resid,
    bsid,
    cert_message: { E: message(E), D: message(D) },
    cert,
    N1: agreed('N1', n1.n1, nonceE),
    N2: agreed('N2', n2.n2, concat(nonceD, botA[1]!, botR[1]!)),
    N3: agreed('N3', n3.n3, concat(botA[0]!, botR[0]!, cert.E)),
    N4: agreed('N4', n4.n4, cert.D),
    ot: { E: otValues(setupE), D: otValues(setupD) },
  }
  return [{ path: 're-ot.json', values }]
}
