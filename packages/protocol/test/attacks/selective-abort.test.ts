/**
 * The oracle in the OT extension: a receiver that cheats in one row passes exactly if it guessed one
 * bit of Δ. A setup that outlives the failures gives Δ after 128 of them, and Δ opens every
 * multiplication. PROTOCOL.md, "Aborts and the burn rule".
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { ascii, concat, toBigInt } from '../../src/core/bytes.ts'
import { H2S } from '../../src/core/hash.ts'
import { ECDSA, SECP256K1_ORDER as q, mod, suites } from '../../src/core/suite.ts'
import { type SignInput, answerF1, openF1, signHeader, startSign } from '../../src/dkls23/sign.ts'
import { derive } from '../../src/hd/derive.ts'
import { extensionSid } from '../../src/ot/extension.ts'
import { voleSid } from '../../src/ot/rvole.ts'
import type { Message } from '../../src/session/signer.types.ts'
import { type Simulation, ledgerOf } from '../../src/simulate.ts'
import { testRng } from '../../src/testing.ts'
import { bit } from '../dkls.ts'
import { naivePad, naiveReceive, rowBytes, rowsFor } from '../naive-ot.ts'
import { sessionOf, signersOf, worldOf } from './sessions.ts'

const signers = signersOf('selective abort')
const [device, cosigner] = signers
const session = sessionOf('selective abort', ECDSA, signers)
const entry = session.request.entries[0]!
const rng = testRng('selective abort')
const peer = device.peers[0]!
const delta = cosigner.peers[0]!.ot.asSender.delta

/** What either side knows of a request. */
const input = (requestId: Uint8Array, me: 1 | 2): SignInput => {
  const share = me === 1 ? device : cosigner
  return {
    share: share.keys[0]!,
    peer: share.peers[0]!,
    me,
    quorum: { t: 2, holders: [1, 2, 3] },
    signers: [1, 2],
    path: entry.path,
    msgHash: entry.message,
    requestId,
    index: 0,
    attempt: 1,
  }
}

/** An F1 that cheats in one row and bets that its bit of Δ is 1. */
function cheat(requestId: Uint8Array, row: number): Message {
  const hdr = signHeader(input(requestId, 1))
  const nonce = rng(`nonce/${row}`, 32)
  const osid = extensionSid(hdr, peer.ot.otNo, 1, 2, nonce)
  const error = rng(`error/${row}`, 68)
  const choices = rng(`beta/${row}`, 52)
  const mask = rng(`mask/${row}`, 16)
  const ote = naiveReceive(osid, peer.ot.asReceiver, choices, mask, { row, error, guess: 1 })
  const body = concat(nonce, rng(`com/${row}`, 32), hdr, ote)
  const { keyId } = entry
  return { kind: 'F1', requestId, index: 0, attempt: 1, keyId, epoch: 0, from: 1, to: 2, body }
}

/** What the co-signer says to each of 128 bets. `forget` is what it does to its disk between them. */
function ask(forget: (run: Simulation) => void): readonly Message[] {
  // A burn destroys the setup in the share itself.
  const run = worldOf({ ...session, signers: structuredClone(signers) })
  return Array.from({ length: 128 }, (_, row) => {
    const requestId = sha256(ascii(`bet ${row}`)).slice(0, 16)
    const { entries } = session.request
    const request = { requestId, entries }
    run.tell(2, { type: 'approve', request })
    run.run()
    run.tell(2, { type: 'message', message: cheat(requestId, row) })
    run.run()
    const said = run.parties
      .get(2)!
      .effects.flatMap((one) => (one.type === 'send' ? [one.message] : []))
    forget(run)
    return said.findLast((one) => Buffer.compare(one.requestId, requestId) === 0)!
  })
}

/** Δ as the answers tell it. */
function deltaOf(answers: readonly Message[]): Uint8Array {
  const guessed = new Uint8Array(16)
  for (const [row, { kind }] of answers.entries())
    if (kind === 'F2') guessed[row >> 3]! |= 1 << (row & 7)
  return guessed
}

/** The weakened co-signer: no mark, no verdict and no burn survives the session. */
function amnesia(run: Simulation): void {
  const party = run.parties.get(2)!
  party.durable = party.durable.filter(
    ({ type }) => type !== 'pending' && type !== 'burned' && type !== 'suspected',
  )
  party.signer = { ...party.signer, share: structuredClone(cosigner) }
  run.restart(2)
}

describe('a hostile receiver of the OT extension', () => {
  test('learns all of Δ from a co-signer that burns nothing', () => {
    expect(deltaOf(ask(amnesia))).toEqual(delta)
  })

  test('row 1: learns nothing after the first bet that it loses', () => {
    for (const forget of [() => {}, (run: Simulation) => run.restart(2)]) {
      let after: Simulation | undefined
      const answers = ask((run) => {
        forget(run)
        after = run
      })
      const lost = answers.findIndex((one) => one.kind !== 'F2')
      expect(lost).toBe(Array.from({ length: 128 }, (_, row) => bit(delta, row)).indexOf(0))
      expect(answers[lost]).toMatchObject({ kind: 'ABORT', code: 'ABORTED' })
      for (const answer of answers.slice(lost + 1))
        expect(answer).toMatchObject({ kind: 'ABORT', code: 'PAIR_REKEY' })
      expect(ledgerOf(after!.parties.get(2)!).pair).toMatchObject({ otState: 'BURNED', burns: 1 })
      expect(deltaOf(answers)).not.toEqual(delta)
    }
  })

  test('that knew Δ would have the key after one signature', () => {
    const requestId = new Uint8Array(16)
    const { state, f1 } = startSign(input(requestId, 1), testRng('honest/1'))
    const { f2 } = answerF1(openF1(input(requestId, 2), f1), testRng('honest/2'))
    const { secrets } = state.take()
    const sid = f2.slice(64, 96)
    const dsid = voleSid(sid, 1, 2)
    const rows = rowBytes(rowsFor(rowBytes(secrets.rows), delta, secrets.choices))
    const moved = rows.map((byte, i) => byte ^ delta[i % 16]!)
    // ã = α⁰ - α¹ + a in the first row; column 1 is the key part.
    const at = 96 + 10_768 + 32
    const masked = toBigInt(f2.slice(at, at + 32))
    const part = mod(masked - naivePad(dsid, rows, 0, 1) + naivePad(dsid, moved, 0, 1), q)
    const shown = f2.slice(96 + 10_768 + 40_033, 96 + 10_768 + 40_066)
    expect(suites[ECDSA].base.multiply(part).toBytes()).toEqual(shown)

    const key = device.keys[0]!
    const zero = H2S(q, 'zeta', peer.zsSeed, sid)
    const { tweak, publicKey } = derive(ECDSA, key.publicKey, key.chainCode, entry.path)
    // Its own part, with the weight of signer 1 beside signer 2.
    const own = 2n * (toBigInt(key.secret) + tweak) + zero
    const whole = suites[ECDSA].base.multiply(mod(own + part, q))
    expect(whole.toBytes()).toEqual(publicKey)
  })
})
