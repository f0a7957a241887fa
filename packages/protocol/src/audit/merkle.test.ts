import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownVectors } from '../../test/vectors.ts'
import { naiveConsistency, naiveInclusion, naiveRoot } from '../../test/naive-merkle.ts'
import { EMPTY_ROOT, leafHash, nodeHash, verifyConsistency, verifyInclusion } from './merkle.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

type Published = {
  readonly consistency: readonly {
    name: string
    size1: number
    size2: number
    root1: string
    root2: string
    proof: string[]
    isValid: boolean
  }[]
  readonly inclusion: readonly {
    name: string
    leafIndex: number
    size: number
    root: string
    leafHash: string
    proof: string[]
    isValid: boolean
  }[]
}
const published = JSON.parse(ownVectors('merkle/proofs.json')) as Published

/** The eight entries that Certificate Transparency's implementations share, and the root after each. */
const known = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  [
    '606162636465666768696a6b6c6d6e6f',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ],
] as const

describe('a Merkle tree', () => {
  test('has the published roots', () => {
    const leaves = known.map(([entry]) => leafHash(hex(entry)))
    known.forEach(([, root], at) => expect(hexOf(naiveRoot(leaves.slice(0, at + 1)))).toBe(root))
    const [one, two] = leaves
    expect(hexOf(nodeHash(one!, two!))).toBe(known[1][1])
    expect(hexOf(EMPTY_ROOT)).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  test('its published consistency proofs prove, and the damaged ones do not', () => {
    expect(published.consistency.length).toBe(98)
    for (const { name, size1, size2, root1, root2, proof, isValid } of published.consistency) {
      const before = { length: BigInt(size1), root: hex(root1) }
      const now = { length: BigInt(size2), root: hex(root2) }
      expect({ name, isValid: verifyConsistency(before, now, proof.map(hex)) }).toEqual({
        name,
        isValid,
      })
    }
  })

  test('its published inclusion proofs prove, and the damaged ones do not', () => {
    expect(published.inclusion.length).toBe(98)
    for (const {
      name,
      leafIndex,
      size,
      root,
      leafHash: leaf,
      proof,
      isValid,
    } of published.inclusion) {
      const tree = { length: BigInt(size), root: hex(root) }
      const found = verifyInclusion(hex(leaf), BigInt(leafIndex), tree, proof.map(hex))
      expect({ name, isValid: found }).toEqual({ name, isValid })
    }
  })

  test('the proofs of the definition verify for every size, and no other tree has them', () => {
    const size = fc.integer({ min: 1, max: 130 })
    fc.assert(
      fc.property(size, size, fc.nat(), fc.nat(255), (a, b, pick, bit) => {
        const [m, n] = a <= b ? [a, b] : [b, a]
        const leaves = Array.from({ length: n }, (_, at) => leafHash(Uint8Array.of(at)))
        const before = { length: BigInt(m), root: naiveRoot(leaves.slice(0, m)) }
        const now = { length: BigInt(n), root: naiveRoot(leaves) }
        const proof = naiveConsistency(leaves, m)
        expect(verifyConsistency(before, now, proof)).toBe(true)
        const index = pick % n
        const path = naiveInclusion(leaves, index)
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(Math.max(n, 2))))
        expect(verifyInclusion(leaves[index]!, BigInt(index), now, path)).toBe(true)

        const flip = (bytes: Uint8Array) =>
          bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        expect(verifyConsistency({ ...before, root: flip(before.root) }, now, proof)).toBe(false)
        expect(verifyConsistency(before, { ...now, root: flip(now.root) }, proof)).toBe(false)
        expect(verifyInclusion(flip(leaves[index]!), BigInt(index), now, path)).toBe(false)
        if (n > 1)
          expect(verifyInclusion(leaves[index]!, BigInt((index + 1) % n), now, path)).toBe(false)
      }),
      { seed: 9162, numRuns: 200 },
    )
  })
})
