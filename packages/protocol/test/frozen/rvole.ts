import { concat, toBigInt, u16, u8 } from '../../src/core/bytes.ts'
import { H, H2S } from '../../src/core/hash.ts'
import { SECP256K1_ORDER as q, mod } from '../../src/core/suite.ts'
import { chosen, decodeTransfer, finish, transfer, voleSid } from '../../src/ot/rvole.ts'
import { testRng } from '../../src/testing.ts'
import { bit } from '../dkls.ts'
import { gadget, naivePad, naiveTransfer, scalar, words } from '../naive-ot.ts'
import { extension } from './ot-extension.ts'
import { type Value, type VectorFile, agreed, part, summary } from './values.ts'

const seed = 'vectors/rvole'
const rng = testRng(seed)
const receiver = 1
const sender = 2
const sid = rng('sid', 32)
const number = (label: string) => toBigInt(rng(label, 48)) % q

/** One multiplication over the rows of ot-extension.json. */
export function rvoleVectors(): VectorFile[] {
  const { T, Q, beta, delta } = extension()
  const dsid = voleSid(sid, receiver, sender)
  const inputs = [number('a_0'), number('a_1')] as const
  const mask = number('a-hat')
  const alice = transfer(dsid, words(Q), delta, inputs, mask)
  const bob = finish(dsid, words(T), beta, decodeTransfer(alice.message, 'RV'))
  if (!bob.consistent) throw new Error('RVOLE: the honest run does not pass')
  const values = {
    about: 'PROTOCOL.md, section 7. beta, Delta, T and Q are those of ot-extension.json',
    seed,
    receiver,
    sender,
    sid,
    dsid: agreed('dsid', dsid, H('rvole-sid', sid, u8(receiver), u8(sender))),
    a_0: scalar(inputs[0]),
    a_1: scalar(inputs[1]),
    a_hat: scalar(mask),
    ...multiplication({ dsid, Q, delta, inputs, mask }, { T, beta }, alice, bob),
    a_tilde: alice.message.slice(0, 416 * 96),
  }
  return [{ path: 'rvole.json', values }]
}

/** What the sender of a multiplication holds, and its receiver. */
export type Alice = {
  readonly dsid: Uint8Array
  readonly Q: Uint8Array
  readonly delta: Uint8Array
  readonly inputs: readonly [bigint, bigint]
  readonly mask: bigint
}
export type Bob = { readonly T: Uint8Array; readonly beta: Uint8Array }

/** Every value of a multiplication, once more with whole hashes and BigInt. */
export function multiplication(
  { dsid, Q, delta, inputs, mask }: Alice,
  { T, beta }: Bob,
  alice: { readonly message: Uint8Array; readonly shares: readonly [bigint, bigint] },
  bob: { readonly shares: readonly [bigint, bigint] },
): Readonly<Record<string, Value>> {
  const again = naiveTransfer(dsid, Q, delta, inputs, mask)
  const message = agreed('RV', alice.message, again.message)
  const tilde = message.slice(0, 416 * 96)
  const thetaSeed = H('rvole-theta', dsid, tilde)
  const theta = [0, 1].map((i) => H2S(q, 'rvole-theta-i', thetaSeed, u16(i)))
  const b = gadget.reduce((sum, g, j) => mod(sum + BigInt(bit(beta, j)) * g, q), 0n)
  const pads = (rows: Uint8Array) =>
    gadget.flatMap((_, j) => [0, 1, 2].map((column) => naivePad(dsid, rows, j, column)))
  const gamma = pads(T)
  const d = gamma.map((pad, at) => {
    const j = Math.floor(at / 3)
    return mod(pad + BigInt(bit(beta, j)) * toBigInt(part(tilde, at)), q)
  })
  const share = (i: number) => gadget.reduce((sum, g, j) => mod(sum + g * d[3 * j + i]!, q), 0n)
  for (const i of [0, 1] as const) {
    if (mod(again.shares[i] + share(i), q) !== mod(inputs[i] * b, q))
      throw new Error(`c_${i} + d_${i} is not a_${i}·b`)
  }
  const list = (values: readonly bigint[]) => summary(concat(...values.map(scalar)), 32)
  return {
    b: agreed('b', chosen(beta), scalar(b)),
    alpha_0: list(pads(Q)),
    alpha_1: list(pads(Q.map((byte, i) => byte ^ delta[i % 16]!))),
    gamma: list(gamma),
    a_tilde_summary: summary(tilde, 32),
    theta_seed: thetaSeed,
    theta_0: scalar(theta[0]!),
    theta_1: scalar(theta[1]!),
    eta: message.slice(416 * 96, 416 * 96 + 32),
    mu: message.slice(416 * 96 + 32),
    c_0: agreed('c_0', scalar(alice.shares[0]), scalar(again.shares[0])),
    c_1: agreed('c_1', scalar(alice.shares[1]), scalar(again.shares[1])),
    d: list(d),
    d_0: agreed('d_0', scalar(bob.shares[0]), scalar(share(0))),
    d_1: agreed('d_1', scalar(bob.shares[1]), scalar(share(1))),
  }
}
