import { expect, test } from 'vitest'
import { isArmedFor, pressApproves, pressBegins } from './armed.ts'

const hand = { isTrusted: true }
const script = { isTrusted: false }

test('a change that counts disarms the button', () => {
  expect(isArmedFor({ key: 'a' }, 'a', true)).toBe(true)
  expect(isArmedFor({ key: 'a' }, 'b', true)).toBe(false)
  expect(isArmedFor({ key: 'a' }, 'a', false)).toBe(false)
  expect(isArmedFor(undefined, 'a', true)).toBe(false)
})

test('a press that no hand made approves nothing', () => {
  expect(pressBegins(hand, true, 'a')).toBe('a')
  expect(pressBegins(script, true, 'a')).toBeUndefined()
  expect(pressApproves(script, 'a', true, 'a')).toBe(false)
})

test('a press that began before the button was armed approves nothing', () => {
  expect(pressBegins(hand, false, 'a')).toBeUndefined()
  expect(pressApproves(hand, undefined, true, 'a')).toBe(false)
  expect(pressApproves(hand, 'a', true, 'b')).toBe(false)
  expect(pressApproves(hand, 'a', false, 'a')).toBe(false)
})

test('a double click approves nothing with its second half', () => {
  expect(pressApproves({ ...hand, detail: 1 }, 'a', true, 'a')).toBe(true)
  expect(pressApproves({ ...hand, detail: 2 }, 'a', true, 'a')).toBe(false)
})
