import { concat, u16, u32, u8 } from '../../src/core/bytes.ts'
import { H } from '../../src/core/hash.ts'
import { EXTENSION_LENGTH, extensionSid, receive, send } from '../../src/ot/extension.ts'
import { testRng } from '../../src/testing.ts'
import { bit } from '../dkls.ts'
import { HB, naiveReceive, rowBytes } from '../naive-ot.ts'
import { baseOt } from './base-ot.ts'
import { type VectorFile, agreed, part } from './values.ts'

const seed = 'vectors/ot-extension'
const rng = testRng(seed)
const receiver = 1
const sender = 2
const otNo = 0
const hdr = rng('hdr', 32)
const nonce = rng('n', 32)
const beta = rng('beta', 52)
const mask = rng('mask', 16)
const osid = extensionSid(hdr, otNo, receiver, sender, nonce)

/** The extension of the base OTs: the message and both sides' rows, 416 of 16 bytes. */
export function extension() {
  const { asReceiver, asSender } = baseOt()
  const received = receive(osid, asReceiver, beta, mask)
  const sent = send(osid, asSender, received.message)
  const [T, Q] = [rowBytes(received.rows), rowBytes(sent.rows)]
  for (let j = 0; j < 416; j++) {
    const moved = part(T, j, 16).map((byte, i) => byte ^ (bit(beta, j) ? asSender.delta[i]! : 0))
    agreed('Q_j = T_j ⊕ β_j·Δ', part(Q, j, 16), moved)
  }
  return { message: received.message, beta, delta: asSender.delta, T, Q }
}

/** IKNP with the revised check of KOS15, over the base OTs of base-ot.json. */
export function extensionVectors(): VectorFile[] {
  const { asReceiver, asSender } = baseOt()
  const { message, T, Q } = extension()
  agreed('OTE', message, naiveReceive(osid, asReceiver, beta, mask))
  const u = message.slice(0, 8704)
  const chiSeed = H('ote-chi', osid, u)
  const values = {
    about: 'PROTOCOL.md, section 6. k_0, k_1, k and Delta are those of base-ot.json',
    seed,
    receiver,
    sender,
    otNo,
    hdr,
    n_rcv: nonce,
    osid: agreed('osid', osid, H('ote-sid', hdr, u32(otNo), u8(receiver), u8(sender), nonce)),
    beta,
    mask,
    x_prime: concat(beta, mask),
    PRG: [0, 127].map((i) => ({
      i,
      t0: expand(part(asReceiver.k0, i), i),
      t1: expand(part(asReceiver.k1, i), i),
      u_i: part(u, i, 68),
      q_i_before_delta: expand(part(asSender.k, i), i),
    })),
    chi_seed: chiSeed,
    chi: [0, 1, 2, 3].map((c) => H('ote-chi-k', chiSeed, u16(c)).slice(0, 16)),
    u,
    x_hat: message.slice(8704, 8720),
    t_hat: message.slice(8720, EXTENSION_LENGTH),
    T,
    Q,
  }
  return [{ path: 'ot-extension.json', values }]
}

function expand(key: Uint8Array, i: number): Uint8Array {
  return concat(...[0, 1, 2].map((n) => HB('ote-prg', [osid], concat(key, u16(i), u8(n))))).slice(
    0,
    68,
  )
}
