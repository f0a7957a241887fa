import * as fc from 'fast-check'
import { hashTypedData } from 'viem'
import { expect, test } from 'vitest'
import { ChainError } from '../../src/error.ts'
import { type Document, ethersDigest, hex, read, recursive } from './document.ts'
import { generate } from './generate.ts'
import { spoil } from './spoil.ts'

test('every valid document, of any shape, has the digest that ethers signs', () => {
  let equal = 0
  check(7000, (draw) => {
    const document = generate(draw)
    expect(hex(read(JSON.stringify(document)).digest)).toBe(ethersDigest(document))
    equal += 1
  })
  expect(equal).toBe(7000)
})

test('a spoiled document is refused by name, or has the digest that ethers signs', () => {
  const found = { equal: 0, refused: 0 }
  const codes = new Map<string, number>()
  check(3000, (draw) => {
    const json = spoil(draw, generate(draw))
    const digest = digestOf(json)
    if (digest instanceof ChainError) {
      found.refused += 1
      codes.set(digest.code, (codes.get(digest.code) ?? 0) + 1)
      return
    }
    expect(digest).toBe(ethersDigest(json))
    found.equal += 1
  })
  expect(found.equal + found.refused).toBe(3000)
  // Most spoilers leave nothing to sign; some only change what a text says.
  expect(found.equal).toBeGreaterThan(300)
  expect(found.refused).toBeGreaterThan(2500)
  expect([...codes.keys()].toSorted()).toEqual([
    'checksum',
    'duplicate',
    'missing',
    'not-canonical',
    'not-valid',
    'trailing',
    'truncated',
    'unsupported',
    'wrong-chain',
  ])
})

test('types that hold themselves have the digest that viem signs', () => {
  let held = 0
  check(500, (draw) => {
    const document = generate(draw, { recursive: true })
    expect(hex(read(JSON.stringify(document)).digest)).toBe(viemDigest(document))
    if (recursive(document.types)) held += 1
  })
  expect(held).toBeGreaterThan(300)
})

test('no document changes what objects inherit', () => {
  const before = Object.getOwnPropertyNames(Object.prototype)
  digestOf(
    '{"types":{"__proto__":[]},"primaryType":"__proto__","domain":{"__proto__":{"polluted":1}},"message":{"constructor":{"prototype":{"polluted":1}}}}',
  )
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

function check(numRuns: number, work: (draw: fc.GeneratorValue) => void): void {
  fc.assert(fc.property(fc.gen(), work), { numRuns, seed: 712 })
}

/** The digest, or the refusal. Another error than ours is a defect. */
function digestOf(json: string): string | ChainError {
  try {
    return hex(read(json).digest)
  } catch (error) {
    if (error instanceof ChainError) return error
    throw error
  }
}

/** viem leaves out a chain that is given as text. */
function viemDigest({ types, primaryType, domain, message }: Document): string {
  const chain = 'chainId' in domain ? { chainId: 1 } : {}
  const document = { types, primaryType, domain: { ...domain, ...chain }, message }
  return hashTypedData(document as Parameters<typeof hashTypedData>[0])
}
