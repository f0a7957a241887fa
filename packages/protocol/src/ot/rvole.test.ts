import { describe, expect, test } from 'vitest'
import { flip } from '../../test/deal.ts'
import { bit, idealOt } from '../../test/dkls.ts'
import { gadget, naiveTransfer, rowsFor, scalar, words } from '../../test/naive-ot.ts'
import { toBigInt } from '../core/bytes.ts'
import { SECP256K1_ORDER as q, mod } from '../core/suite.ts'
import { testRng } from '../testing.ts'
import { receive, send } from './extension.ts'
import { chosen, decodeTransfer, finish, transfer, voleSid } from './rvole.ts'

const rng = testRng('rvole')
const dsid = voleSid(rng('sid', 32), 1, 2)
const delta = rng('delta', 16)
/** Alice's rows; Bob's follow from his choices. */
const rows = rng('rows', 416 * 16)
const number = (label: string) => mod(toBigInt(rng(label, 48)), q)
const a = [number('a0'), number('a1')] as const
const mask = number('a-hat')

function bob(choices: Uint8Array, message: Uint8Array) {
  return finish(dsid, rowsFor(rows, delta, choices), choices, decodeTransfer(message, 'RV'))
}

describe('RVOLE', () => {
  test('the shares of both sides add up to the products', () => {
    for (let i = 0; i < 20; i++) {
      const setup = idealOt(testRng(`setup/${i}`))
      const choices = rng(`beta/${i}`, 52)
      const osid = rng(`osid/${i}`, 32)
      const received = receive(osid, setup.asReceiver, choices, rng(`mask/${i}`, 16))
      const sent = send(osid, setup.asSender, received.message)
      const inputs = [number(`a0/${i}`), i === 0 ? 0n : number(`a1/${i}`)] as const
      const alice = transfer(dsid, sent.rows, setup.asSender.delta, inputs, number(`m/${i}`))
      const decoded = decodeTransfer(alice.message, 'RV')
      const { shares, consistent } = finish(dsid, received.rows, choices, decoded)
      expect(consistent).toBe(true)
      const b = toBigInt(chosen(choices))
      expect(mod(alice.shares[0] + shares[0], q)).toBe(mod(inputs[0] * b, q))
      expect(mod(alice.shares[1] + shares[1], q)).toBe(mod(inputs[1] * b, q))
    }
  })

  test('the message and the shares are those that the specification spells out', () => {
    const own = transfer(dsid, words(rows), delta, a, mask)
    const naive = naiveTransfer(dsid, rows, delta, a, mask)
    expect(own.message.length).toBe(40_000)
    expect(own.message).toEqual(naive.message)
    expect(own.shares).toEqual(naive.shares)
  })

  test('the input that choices stand for is their weighted sum', () => {
    for (const choices of [new Uint8Array(52), new Uint8Array(52).fill(255), rng('some', 52)]) {
      const sum = gadget.reduce((all, g, j) => all + BigInt(bit(choices, j)) * g, 0n)
      expect(chosen(choices)).toEqual(scalar(sum % q))
    }
  })

  test('any changed bit of the message is noticed', () => {
    const { message } = transfer(dsid, words(rows), delta, a, mask)
    const choices = rng('beta', 52)
    for (let i = 0; i < 40; i++) {
      const changed = flip(message, 8 * 1000 * i + 7 * i)
      expect(bob(choices, changed).consistent).toBe(false)
    }
    expect(bob(choices, flip(message, 8 * 39_936 + 255)).consistent).toBe(false)
    expect(bob(choices, flip(message, 8 * 39_999)).consistent).toBe(false)
  })

  test('row 11: another input in one row passes with the choice that was guessed, half the time', () => {
    const { message } = naiveTransfer(dsid, rows, delta, a, mask, new Set([77]))
    let passed = 0
    for (let run = 0; run < 1000; run++) {
      const choices = rng(`run/${run}`, 52)
      const { consistent } = bob(choices, message)
      expect(consistent).toBe(bit(choices, 77) === 0)
      if (consistent) passed++
    }
    // Six standard deviations.
    expect(passed).toBeGreaterThan(400)
    expect(passed).toBeLessThan(600)
  })

  test('row 11: another input in forty rows never passes', () => {
    const forty = new Set(Array.from({ length: 40 }, (_, i) => 10 * i))
    const { message } = naiveTransfer(dsid, rows, delta, a, mask, forty)
    for (let run = 0; run < 200; run++)
      expect(bob(rng(`forty/${run}`, 52), message).consistent).toBe(false)
  })
})
