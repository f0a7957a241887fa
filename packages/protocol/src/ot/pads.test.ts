import { expect, test } from 'vitest'
import { naivePad, scalar, words } from '../../test/naive-ot.ts'
import { testRng } from '../testing.ts'
import { PADS_LENGTH, pads } from './pads.ts'

const rng = testRng('pads')
const dsid = rng('dsid', 32)
const rows = rng('rows', 416 * 16)

const at = (all: Uint8Array, j: number, column: number) =>
  all.slice(32 * (3 * j + column), 32 * (3 * j + column) + 32)

test('a pad is the hash of row, index and column under the names of the session', () => {
  const all = pads(dsid, words(rows))
  for (const j of [0, 1, 2, 255, 256, 415])
    for (const column of [0, 1, 2])
      expect(at(all, j, column)).toEqual(scalar(naivePad(dsid, rows, j, column)))
})

test('with delta, the pads are those of the rows moved by delta', () => {
  const delta = rng('delta', 16)
  const moved = rows.map((byte, i) => byte ^ delta[i % 16]!)
  expect(pads(dsid, words(rows), delta)).toEqual(pads(dsid, words(moved)))
})

test('row 9: equal rows give different pads', () => {
  const equal = new Uint32Array(4 * 416).fill(0x01020304)
  const all = [...pads(dsid, equal), ...pads(rng('other dsid', 32), equal)]
  const seen = new Set<string>()
  for (let i = 0; i < all.length; i += 32) seen.add(all.slice(i, i + 32).join())
  expect(seen.size).toBe((2 * PADS_LENGTH) / 32)
})
