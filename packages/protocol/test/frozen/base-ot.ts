import { ristretto255_hasher } from '@noble/curves/ed25519.js'
import { concat, u16, u8 } from '../../src/core/bytes.ts'
import { H } from '../../src/core/hash.ts'
import { nobleRistretto } from '../../src/core/ristretto.ts'
import {
  baseSid,
  receiverFinish,
  receiverInit,
  senderFinish,
  senderInit,
} from '../../src/ot/base.ts'
import type { OtSetup } from '../../src/share/share.ts'
import { testRng } from '../../src/testing.ts'
import { bit } from '../dkls.ts'
import { group } from './group.ts'
import { type VectorFile, agreed, part, recorded } from './values.ts'

const P = 1
const Q = 2
const seeds = { P: 'vectors/base-ot/P', Q: 'vectors/base-ot/Q' }
const sid = testRng('vectors/base-ot')('sid', 32)
const bsid = baseSid(sid, P, Q)

type Run = Pick<OtSetup, 'asReceiver' | 'asSender'> & {
  readonly botA: Uint8Array
  readonly botR: Uint8Array
  readonly draws: { readonly P: Draws; readonly Q: Draws }
}
type Draws = Readonly<Record<string, Uint8Array>>

let done: Run | undefined

/** One direction of base OT; later vectors extend it. */
export function baseOt(): Run {
  if (done) return done
  const [ofP, ofQ] = [recorded(seeds.P), recorded(seeds.Q)]
  const sender = senderInit(group, ofP.rng)
  const receiver = receiverInit(group, bsid, ofQ.rng)
  const { botA } = sender
  const { botR } = receiver
  const asReceiver = senderFinish(group, bsid, sender, botR, 'botR')
  const asSender = receiverFinish(group, bsid, receiver, botA)
  return (done = { botA, botR, asReceiver, asSender, draws: { P: ofP.draws, Q: ofQ.draws } })
}

/** Endemic OT in ristretto255: both messages, all keys, two instances in full. */
export function baseOtVectors(): VectorFile[] {
  const run = baseOt()
  const values = {
    about: 'PROTOCOL.md, section 5. Lists of 128 elements are concatenated; botR is (s_0‖s_1)_i',
    seeds,
    P,
    Q,
    sid,
    bsid: agreed('bsid', bsid, H('bot-sid', sid, u8(P), u8(Q))),
    botA: run.botA,
    botR: run.botR,
    Delta: run.asSender.delta,
    k_0: run.asReceiver.k0,
    k_1: run.asReceiver.k1,
    k: run.asSender.k,
    instances: [0, 127].map((i) => instance(run, i)),
  }
  return [{ path: 'base-ot.json', values }]
}

/** One instance once more, with noble's ristretto255 and its own hash to the group. */
function instance({ draws, botA, botR, asReceiver, asSender }: Run, i: number) {
  const noble = nobleRistretto
  const a = noble.reduce(draws.P[`bot-a/${i}`]!)
  const b = noble.reduce(draws.Q[`bot-b/${i}`]!)
  const rho = noble.reduce(draws.Q[`bot-rho/${i}`]!)
  const H2C = (j: number, s: Uint8Array) =>
    ristretto255_hasher
      .hashToCurve(concat(bsid, u16(i), s), { DST: `tandem-dkls23-v1/bot-${j}` })
      .toBytes()
  const c = bit(draws.Q['bot-delta']!, i)
  const A = agreed('A', part(botA, i), noble.timesBase(a))
  const s = [part(botR, 2 * i), part(botR, 2 * i + 1)]
  agreed('s_1-c', s[1 - c]!, noble.timesBase(rho))
  agreed('s_c', s[c]!, noble.subtract(noble.timesBase(b), H2C(c, s[1 - c]!)))
  const hashed = [H2C(0, s[1]!), H2C(1, s[0]!)]
  const y = s.map((point, j) => noble.add(point, hashed[j]!))
  const shared = y.map((point) => noble.times(a, point))
  const keys = shared.map((point, j) => H('bot-key', bsid, u16(i), u8(j), A, s[0]!, s[1]!, point))
  agreed('k_c', part(asSender.k, i), keys[c]!)
  return {
    i,
    Delta_i: c,
    a,
    b,
    rho,
    A,
    s_0: s[0]!,
    s_1: s[1]!,
    H2C_0: hashed[0]!,
    H2C_1: hashed[1]!,
    y_0: y[0]!,
    y_1: y[1]!,
    a·y_0: shared[0]!,
    a·y_1: shared[1]!,
    k_0: agreed('k_0', part(asReceiver.k0, i), keys[0]!),
    k_1: agreed('k_1', part(asReceiver.k1, i), keys[1]!),
  }
}

/** Both setups, from both sides' draws. */
export function naiveOt(
  sid: Uint8Array,
  [one, two]: readonly { readonly id: number; readonly seed: string }[],
  otNo: number,
): readonly [OtSetup, OtSetup] {
  const direction = (P: typeof one, Q: typeof one) => {
    const bsid = baseSid(sid, P!.id, Q!.id)
    const sender = senderInit(group, testRng(P!.seed))
    const receiver = receiverInit(group, bsid, testRng(Q!.seed))
    const asSender = receiverFinish(group, bsid, receiver, sender.botA)
    return { asReceiver: senderFinish(group, bsid, sender, receiver.botR, 'botR'), asSender }
  }
  const [forward, backward] = [direction(one, two), direction(two, one)]
  return [
    { otNo, asReceiver: forward.asReceiver, asSender: backward.asSender },
    { otNo, asReceiver: backward.asReceiver, asSender: forward.asSender },
  ]
}
