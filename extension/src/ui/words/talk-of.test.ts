import { expect, test } from 'vitest'
import type { Phase } from '../../messages/approval.ts'
import { talkOf, timesOf } from './talk-of.ts'

const moved = (index: number, ...steps: readonly (readonly [string, number])[]): Phase[] =>
  steps.map(([phase, at]) => ({ index, phase, at }))

const whole = [
  ['PrepareSign', 100],
  ['SignRound1', 104],
  ['F1', 105],
  ['F2', 125],
  ['SignRound2', 130],
  ['F3', 131],
  ['F4', 150],
  ['Verify', 151],
  ['Complete', 153],
] as const

test('there is one arrow for each message that crossed, and none before', () => {
  const { crossings } = talkOf(moved(0, ...whole.slice(0, 4)), false)
  expect(crossings.map(({ name, way, at }) => [name, way, at])).toEqual([
    ['start', 'out', 105],
    ['answer', 'in', 125],
    ['yours', 'out', undefined],
    ['signature', 'in', undefined],
  ])
  const short = talkOf(moved(0, ['PrepareSign', 1], ['S1', 2]), false)
  expect(short.crossings.map(({ name, at }) => [name, at])).toEqual([
    ['start', 2],
    ['theirs', undefined],
  ])
  expect(talkOf([], false).crossings).toHaveLength(4)
  expect(talkOf([], true).crossings).toHaveLength(2)
})

test('what an attempt before the last one reached is not shown as reached', () => {
  const { crossings, isPast } = talkOf(
    [...moved(0, ...whole.slice(0, 6)), ...moved(0, ['PrepareSign', 5_200], ['F1', 5_210])],
    false,
  )
  expect(crossings.map(({ at }) => at)).toEqual([5_210, undefined, undefined, undefined])
  // And yet the first attempt may have given the co-signer what it needs.
  expect(isPast).toBe(true)
})

test('a signature can be stopped until the last part of this machine has left', () => {
  const at = (count: number) => talkOf(moved(0, ...whole.slice(0, count)), false).isPast
  expect([0, 3, 4, 5, 6, 9].map(at)).toEqual([false, false, false, false, true, true])
})

test('of the time from the click, what was waited for is the other machine’s', () => {
  expect(timesOf(moved(0, ...whole), 90)).toEqual({ you: 63 - 39, cosigner: 39 })
  expect(timesOf(moved(0, ...whole.slice(0, 8)), 90)).toBeUndefined()
})

test('two keys that wait at once wait once', () => {
  const both = [
    ...moved(0, ['S1', 10], ['S2', 30], ['Complete', 31]),
    ...moved(1, ['S1', 20], ['S2', 40], ['Complete', 42]),
  ]
  expect(timesOf(both, 0)).toEqual({ you: 12, cosigner: 30 })
  expect(talkOf(both, true)).toMatchObject({ place: 2, of: 2 })
})
