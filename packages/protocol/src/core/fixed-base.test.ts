import { readFileSync, readdirSync } from 'node:fs'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { expect, test } from 'vitest'
import { H2S } from './hash.ts'
import { publicMultiples } from './fixed-base.ts'
import { u16 } from './bytes.ts'
import { SECP256K1_ORDER as q } from './suite.ts'

test('many multiples at once are those of one by one', () => {
  const edges = [1n, 2n, 255n, 256n, 257n, 65535n, 1n << 248n, (1n << 255n) + 1n, q - 1n, q - 2n]
  const long = process.env['TANDEM_LONG'] === '1'
  const random = Array.from({ length: long ? 20_000 : 200 }, (_, i) => H2S(q, 'pve-x', u16(i)))
  // A byte of zeros at every place, and runs of them.
  const gaps = Array.from({ length: 32 }, (_, w) => random[w]! & ~(0xffffn << BigInt(8 * w)))
  const scalars = [...edges, ...random, ...gaps]
  const points = publicMultiples(scalars)
  for (const [i, scalar] of scalars.entries())
    expect(points[i]!.toBytes()).toEqual(secp256k1.Point.BASE.multiplyUnsafe(scalar).toBytes())
  expect(publicMultiples([])).toEqual([])
})

test('no secret is multiplied here', () => {
  const root = new URL('..', import.meta.url)
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const users = files.filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.endsWith('fixed-base.test.ts') &&
      readFileSync(new URL(file, root), 'utf8').includes('publicMultiples'),
  )
  expect(users.toSorted()).toEqual(['backup/pve.ts', 'core/fixed-base.ts'])
  const pve = readFileSync(new URL('backup/pve.ts', root), 'utf8')
  // Once in its import and once in `verify`, where every half is open.
  expect(pve.split('publicMultiples').length - 1).toBe(2)
  const [, verify] = pve.split('export function verify')
  expect(verify!.split('export function')[0]).toContain('publicMultiples')
})
