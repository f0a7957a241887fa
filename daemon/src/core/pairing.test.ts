import { pairingName } from '@tandem/protocol'
import { expect, test } from 'vitest'
import { LINK_MS, LINK_TRIES, pairing } from './pairing.ts'

/** Secrets of sevens, eights, … */
function counting() {
  let byte = 6
  return { bytes: (length: number) => new Uint8Array(length).fill((byte += 1)) }
}
const secretOf = (byte: number) => new Uint8Array(16).fill(byte)
const nameOf = (byte: number) => pairingName(secretOf(byte))

test('an invitation ends after two minutes, three tries or one device', () => {
  let clock = 1_000
  const codes = pairing(counting(), () => new Date(clock))
  expect(codes.attempt(nameOf(7))).toBeUndefined()

  codes.invite()
  for (const left of [2, 1, 0]) {
    expect(codes.attempt(nameOf(7))?.secret).toEqual(secretOf(7))
    expect(codes.triesLeft()).toBe(left)
  }
  expect(codes.attempt(nameOf(7))).toBeUndefined()

  codes.invite()
  clock += LINK_MS - 1
  const late = codes.attempt(nameOf(8))
  expect(late).toBeDefined()
  clock += 1
  expect(codes.attempt(nameOf(8))).toBeUndefined()
  expect(late!.succeed()).toBe(false)

  codes.invite()
  const [first, second] = [codes.attempt(nameOf(9)), codes.attempt(nameOf(9))]
  expect([first!.succeed(), second!.succeed()]).toEqual([true, false])
  expect(codes.attempt(nameOf(9))).toBeUndefined()
})

test('who cannot name an invitation does not use up its tries', () => {
  const codes = pairing(counting(), () => new Date(0))
  codes.invite()
  for (let tries = 0; tries < 10_000; tries += 1)
    expect(codes.attempt(nameOf(tries % 7))).toBeUndefined()
  expect(codes.triesLeft()).toBe(LINK_TRIES)
  expect(codes.attempt(nameOf(7))?.succeed()).toBe(true)
})

test('twenty tries a minute are all there are, whatever the number of links', () => {
  let clock = 0
  const codes = pairing(counting(), () => new Date(clock))
  const tried = () => {
    let count = 0
    for (let link = 0; link < 10; link += 1) {
      const name = pairingName(codes.invite().secret)
      while (codes.attempt(name)) count += 1
    }
    return count
  }
  expect(tried()).toBe(20)
  clock += 60_000
  // Those that end well are none of them.
  for (let devices = 0; devices < 100; devices += 1)
    expect(codes.attempt(pairingName(codes.invite().secret))?.succeed()).toBe(true)
  expect(tried()).toBe(20)
})

test('the secret of an invitation is wiped when it ends', () => {
  const codes = pairing(counting(), () => new Date(0))
  const first = codes.invite()
  const second = codes.invite()
  expect(first.secret).toEqual(secretOf(0))
  codes.attempt(nameOf(8))?.succeed()
  expect(second.secret).toEqual(secretOf(0))
})
