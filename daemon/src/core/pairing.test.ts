import { expect, test } from 'vitest'
import { LINK_MS, pairing } from './pairing.ts'

const entropy = { bytes: (length: number) => new Uint8Array(length).fill(7) }

test('an invitation ends after two minutes, three tries or one device', () => {
  let clock = 1_000
  const codes = pairing(entropy, () => new Date(clock))
  expect(codes.attempt()).toBeUndefined()

  codes.invite()
  for (const left of [2, 1, 0]) {
    expect(codes.attempt()).toEqual(new Uint8Array(16).fill(7))
    expect(codes.triesLeft()).toBe(left)
  }
  expect(codes.attempt()).toBeUndefined()

  codes.invite()
  clock += LINK_MS - 1
  expect(codes.attempt()).toBeDefined()
  clock += 1
  expect(codes.attempt()).toBeUndefined()

  codes.invite()
  expect(codes.attempt()).toBeDefined()
  codes.succeed()
  expect(codes.attempt()).toBeUndefined()
})

test('the secret of an invitation is wiped when it ends', () => {
  const codes = pairing(entropy, () => new Date(0))
  const first = codes.invite()
  codes.invite()
  expect(first.secret).toEqual(new Uint8Array(16))
  const second = codes.attempt()
  codes.succeed()
  expect(second).toEqual(new Uint8Array(16))
})
