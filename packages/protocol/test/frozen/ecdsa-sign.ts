import { createECDH } from 'node:crypto'
import { concat, toBigInt, u16, u32, u8 } from '../../src/core/bytes.ts'
import { H, H2S } from '../../src/core/hash.ts'
import { ECDSA, type Point, SECP256K1_ORDER as q, mod, suites } from '../../src/core/suite.ts'
import { encodeSignature } from '../../src/dkls23/messages.ts'
import type { SignInput } from '../../src/dkls23/sign.ts'
import { derive } from '../../src/hd/derive.ts'
import { paths } from '../../src/hd/path.ts'
import { receive, send } from '../../src/ot/extension.ts'
import { decodeTransfer, finish, transfer } from '../../src/ot/rvole.ts'
import type { OtSetup } from '../../src/share/share.ts'
import { testRng } from '../../src/testing.ts'
import { pair, sign } from '../dkls.ts'
import { gadget, naiveReceive, rowBytes, scalar, words } from '../naive-ot.ts'
import { multiplication } from './rvole.ts'
import { type Value, type VectorFile, agreed, inverse, recorded } from './values.ts'

const E = 1
const D = 2
const seed = 'vectors/ecdsa-sign'
const seeds = { common: seed, E: `${seed}/E`, D: `${seed}/D` }
const suite = suites[ECDSA]

/** One signature in four messages, and every value in them computed again from PROTOCOL.md. */
export function ecdsaVectors(): VectorFile[] {
  const rng = testRng(seed)
  const request = {
    path: paths.evm(7),
    msgHash: rng('msgHash', 32),
    requestId: rng('requestId', 16),
    index: 2,
    attempt: 3,
  }
  const { initiator, responder } = pair(seed, request)
  const [ofE, ofD] = [recorded(seeds.E), recorded(seeds.D)]
  const { flows, initiator: signature } = sign(
    { initiator, responder },
    { initiator: ofE.rng, responder: ofD.rng },
  )

  const hdr = header(initiator)
  const one = first({ input: initiator, me: E, peer: D, draws: ofE.draws, hdr })
  const two = first({ input: responder, me: D, peer: E, draws: ofD.draws, hdr })
  const com = H('R-com', hdr, u8(E), one.nonce, one.R, ofE.draws['salt']!)
  const sid = H('sign-sid', hdr, one.nonce, two.nonce, com)
  const [ofKeyE, ofKeyD] = [key(one, sid), key(two, sid)]
  // D multiplies with E's choices in F2, E with D's in F3.
  const inF2 = multiply(sid, two, ofKeyD, one)
  const inF3 = multiply(sid, one, ofKeyE, two)
  const { R, rx } = nonce(one, two)
  const [partE, partD] = [
    parts(request.msgHash, one, ofKeyE, rx, inF3.c, inF2.d, inF2.psi),
    parts(request.msgHash, two, ofKeyD, rx, inF2.c, inF3.d, inF3.psi),
  ]
  const u = mod(partE.u + partD.u, q)
  const s = mod((partE.w + partD.w) * inverse(u, q), q)
  const low = s > q >> 1n ? q - s : s
  const recid = Number(R.y & 1n) ^ (low === s ? 0 : 1)
  agreed('F4', flows.f4, concat(scalar(rx), scalar(low), u8(recid)))
  agreed('signature', encodeSignature(signature), flows.f4)

  const about = (text: string) => ({ about: `PROTOCOL.md, section 8. ${text}` })
  const file = (name: string, values: Readonly<Record<string, Value>>) => ({
    path: `ecdsa-sign/${name}.json`,
    values,
  })
  return [
    file('input', {
      ...about('What both sides hold and agree on before F1'),
      seeds,
      ...request,
      signers: [E, D],
      ...keyValues(initiator, responder),
      hdr,
    }),
    file('f1', {
      ...about('E begins'),
      ...one.values,
      salt: ofE.draws['salt']!,
      com_E: com,
      F1: agreed('F1', flows.f1, concat(one.nonce, com, hdr, one.message)),
    }),
    file('f2', {
      ...about('D answers, and multiplies with the choices of E'),
      ...two.values,
      sid,
      ...ofKeyD.values,
      rvole: inF2.values,
      psi: scalar(inF2.psi),
      F2: agreed('F2', flows.f2, concat(two.nonce, hdr, sid, two.message, inF2.body)),
    }),
    file('f3', {
      ...about('E multiplies with the choices of D, checks F2 and gives its parts'),
      ...ofKeyE.values,
      rvole: inF3.values,
      psi: scalar(inF3.psi),
      R: R.toBytes(),
      r_x: scalar(rx),
      u: scalar(partE.u),
      v: scalar(partE.v),
      w: scalar(partE.w),
      F3: agreed(
        'F3',
        flows.f3,
        concat(sid, inF3.body, ofE.draws['salt']!, scalar(partE.u), scalar(partE.w)),
      ),
    }),
    file('f4', {
      ...about('D checks F3 and makes the signature'),
      u: scalar(partD.u),
      v: scalar(partD.v),
      w: scalar(partD.w),
      s_before_low_s: scalar(s),
      r: scalar(rx),
      s: scalar(low),
      recid,
      F4: flows.f4,
    }),
  ]
}

function header({ share, signers, path, msgHash, requestId, index, attempt }: SignInput) {
  return H(
    'sign-hdr',
    share.keyId,
    share.epochSid,
    Uint8Array.from(signers),
    u8(1),
    concat(...path.map(u32)),
    msgHash,
    requestId,
    u16(index),
    u32(attempt),
  )
}

function keyValues(initiator: SignInput, responder: SignInput) {
  const { share, peer, path } = initiator
  const setup = ({ asReceiver, asSender }: OtSetup) => ({
    k_0: asReceiver.k0,
    k_1: asReceiver.k1,
    Delta: asSender.delta,
    k: asSender.k,
  })
  const child = derive(ECDSA, share.publicKey, share.chainCode, path)
  return {
    X: share.publicKey,
    chainCode: share.chainCode,
    keyId: share.keyId,
    epochSid: share.epochSid,
    publicShares: Object.fromEntries(share.publicShares),
    shares: { E: share.secret, D: responder.share.secret },
    zsSeed: peer.zsSeed,
    t_path: scalar(child.tweak),
    X_path: child.publicKey,
    otNo: peer.ot.otNo,
    ot: { E: setup(peer.ot), D: setup(responder.peer.ot) },
  }
}

type Draws = Readonly<Record<string, Uint8Array>>
type Side = {
  readonly input: SignInput
  readonly me: number
  readonly peer: number
  readonly draws: Draws
  readonly hdr: Uint8Array
}

/** A side's nonces and its choices for the other's multiplication. */
function first(side: Side) {
  const { input, me, peer, draws, hdr } = side
  const number = (label: string) => toBigInt(draws[label]!) % q
  const [r, phi, mask] = [number('r'), number('phi'), number('a-hat')]
  const nonceBytes = draws['n']!
  const { otNo, asReceiver } = input.peer.ot
  const osid = H('ote-sid', hdr, u32(otNo), u8(me), u8(peer), nonceBytes)
  const beta = draws['beta']!
  const { message, rows } = receive(osid, asReceiver, beta, draws['mask']!)
  agreed('OTE', message, naiveReceive(osid, asReceiver, beta, draws['mask']!))
  const R = timesG(r)
  return {
    ...side,
    nonce: nonceBytes,
    r,
    phi,
    mask,
    osid,
    beta,
    message,
    T: rowBytes(rows),
    R,
    values: {
      nonce: nonceBytes,
      r: scalar(r),
      phi: scalar(phi),
      beta,
      mask: draws['mask']!,
      a_hat: scalar(mask),
      osid,
      chi_seed: H('ote-chi', osid, message.slice(0, 8704)),
      x_hat: message.slice(8704, 8720),
      t_hat_0: message.slice(8720, 8736),
      R,
    },
  }
}

type First = ReturnType<typeof first>

/** A side's part of the child key in this attempt. */
function key({ input, me, peer }: First, sid: Uint8Array) {
  const { share, path } = input
  const zeta = H2S(q, 'zeta', input.peer.zsSeed, sid)
  const lambda = mod(BigInt(peer) * inverse(mod(BigInt(peer - me), q), q), q)
  const { tweak } = derive(ECDSA, share.publicKey, share.chainCode, path)
  const sk = mod(lambda * (toBigInt(share.secret) + tweak) + (me < peer ? zeta : -zeta), q)
  const pk = timesG(sk)
  return {
    sk,
    pk,
    values: { lambda: scalar(lambda), zeta: scalar(zeta), sk: scalar(sk), pk },
  }
}

type Key = ReturnType<typeof key>

/** `alice` multiplies her nonce and key part with the choices of `bob`: the body she sends. */
function multiply(sid: Uint8Array, alice: First, { sk, pk }: Key, bob: First) {
  const { delta } = alice.input.peer.ot.asSender
  const { rows } = send(bob.osid, alice.input.peer.ot.asSender, bob.message)
  const Q = rowBytes(rows)
  const dsid = H('rvole-sid', sid, u8(bob.me), u8(alice.me))
  const inputs = [alice.r, sk] as const
  const made = transfer(dsid, words(Q), delta, inputs, alice.mask)
  const taken = finish(dsid, words(bob.T), bob.beta, decodeTransfer(made.message, 'RV'))
  const seen = multiplication({ dsid, Q, delta, inputs, mask: alice.mask }, bob, made, taken)
  const [c, d] = [made.shares, taken.shares]
  const [gammaU, gammaV] = [timesG(c[0]), timesG(c[1])]
  const psi = mod(alice.phi - chi(alice.beta), q)
  return {
    c,
    d,
    psi,
    body: concat(made.message, alice.R, pk, gammaU, gammaV, scalar(psi)),
    values: { dsid, receiver: bob.me, sender: alice.me, ...seen, Gamma_u: gammaU, Gamma_v: gammaV },
  }
}

const chi = (beta: Uint8Array) =>
  gadget.reduce((sum, g, j) => mod(sum + BigInt((beta[j >> 3]! >> (j & 7)) & 1) * g, q), 0n)

function nonce(one: First, two: First): { R: Point; rx: bigint } {
  const R = suite.decodePoint(one.R, 'R').add(suite.decodePoint(two.R, 'R'))
  return { R, rx: R.toAffine().x % q }
}

/** u, v and w of one side; `psi` is the other's. */
function parts(
  msgHash: Uint8Array,
  { r, phi }: First,
  { sk }: Key,
  rx: bigint,
  c: readonly [bigint, bigint],
  d: readonly [bigint, bigint],
  psi: bigint,
) {
  const u = mod(r * (phi + psi) + c[0] + d[0], q)
  const v = mod(sk * (phi + psi) + c[1] + d[1], q)
  return { u, v, w: mod(toBigInt(msgHash) * phi + rx * v, q) }
}

/** `value·G` by OpenSSL. */
function timesG(value: bigint): Uint8Array {
  const ecdh = createECDH('secp256k1')
  ecdh.setPrivateKey(scalar(value))
  return new Uint8Array(ecdh.getPublicKey(null, 'compressed'))
}
