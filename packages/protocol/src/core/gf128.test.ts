import { expect, test } from 'vitest'
import { gfMultiply, polynomial, polynomialBytes, words } from '../../test/naive-ot.ts'
import { testRng } from '../testing.ts'
import { ROW_WORDS, combineRow, tableRoom } from './gf128.ts'

const rng = testRng('gf128')

/** a·b: a row whose only chunk is a. */
function multiply(a: bigint, b: bigint, chunk = 0): bigint {
  const row = new Uint32Array(ROW_WORDS)
  row.set(words(polynomialBytes(a, 16)), 4 * chunk)
  const factors = new Uint32Array(16)
  factors.set(words(polynomialBytes(b, 16)), 4 * chunk)
  const out = new Uint32Array(4)
  combineRow(out, 0, row, 0, factors, tableRoom())
  return polynomial(new Uint8Array(out.buffer))
}

const random = (label: string) => polynomial(rng(label, 16))
const top = 1n << 127n

test('products are those of GF(2^128) modulo x^128 + x^7 + x^2 + x + 1', () => {
  expect(multiply(top, 2n)).toBe(0x87n)
  expect(multiply(1n, top)).toBe(top)
  expect(multiply(top, top)).toBe(gfMultiply(top, top))
  for (let i = 0; i < 200; i++) {
    const a = random(`a/${i}`)
    const b = random(`b/${i}`)
    expect(multiply(a, b, i % 3)).toBe(gfMultiply(a, b))
    expect(multiply(b, a)).toBe(multiply(a, b))
  }
})

test('squaring 128 times gives the element back', () => {
  for (let i = 0; i < 10; i++) {
    const a = random(`f/${i}`)
    let power = a
    for (let k = 0; k < 128; k++) power = multiply(power, power)
    expect(power).toBe(a)
  }
})

test('a row is combined chunk by chunk, the short one padded, the mask added', () => {
  for (let i = 0; i < 50; i++) {
    const row = rng(`row/${i}`, 68)
    const factors = rng(`factors/${i}`, 64)
    const out = new Uint32Array(6)
    const shifted = new Uint32Array(ROW_WORDS + 3)
    shifted.set(words(row), 3)
    combineRow(out, 2, shifted, 3, words(factors), tableRoom())
    let expected = polynomial(row.slice(52))
    for (let c = 0; c < 4; c++) {
      const chunk = polynomial(row.slice(16 * c, Math.min(16 * c + 16, 52)))
      expected ^= gfMultiply(chunk, polynomial(factors.slice(16 * c, 16 * c + 16)))
    }
    expect(polynomial(new Uint8Array(out.buffer).slice(8))).toBe(expected)
  }
})

test('the table is read and written at the same places whatever the secret row', () => {
  const places = (row: Uint32Array) => {
    const seen: string[] = []
    const table = new Proxy(tableRoom(), {
      get(target, place) {
        seen.push(`get ${String(place)}`)
        return target[Number(place)]
      },
      set(target, place, value: number) {
        seen.push(`set ${String(place)}`)
        return Reflect.set(target, place, value)
      },
    })
    combineRow(new Uint32Array(4), 0, row, 0, words(rng('factors', 64)), table)
    return seen
  }
  const empty = places(new Uint32Array(ROW_WORDS))
  expect(empty.length).toBeGreaterThan(1000)
  expect(places(words(rng('one row', 68)))).toEqual(empty)
  expect(places(new Uint32Array(ROW_WORDS).fill(0xffffffff))).toEqual(empty)
})
