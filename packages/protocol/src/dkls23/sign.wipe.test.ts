/** What is left of an attempt in memory, however it ends. */
import { describe, expect, test, vi } from 'vitest'
import { flip } from '../../test/deal.ts'
import { pair, rngs } from '../../test/dkls.ts'
import { concat } from '../core/bytes.ts'
import { once } from '../core/once.ts'
import type * as extension from '../ot/extension.ts'
import { answerF1, answerF2, discard, finishF3, openF1, openF2, openF3, startSign } from './sign.ts'

/** The rows Q_j of every extension since the last look. */
const seen = vi.hoisted(() => ({ rows: [] as Uint32Array[] }))
vi.mock('../ot/extension.ts', async (original) => {
  const actual = await original<typeof extension>()
  const send: typeof actual.send = (...args) => {
    const sent = actual.send(...args)
    seen.rows.push(sent.rows)
    return sent
  }
  return { ...actual, send }
})

const two = pair('wiping')
const rng = rngs('wiping')
type Bytes = Uint8Array | Uint32Array
const isWiped = (secrets: readonly Bytes[]) => secrets.every((one) => one.every((x) => x === 0))
const isFresh = (secrets: readonly Bytes[]) => secrets.every((one) => one.some((x) => x !== 0))

type Attempt = {
  readonly secrets: Readonly<Record<string, Bytes>>
  readonly salt?: Bytes
  readonly shares?: readonly Bytes[]
}
/** Every secret buffer of a state. */
const buffers = ({ secrets, salt, shares = [] }: Attempt): readonly Bytes[] => [
  ...Object.values(secrets),
  ...(salt ? [salt] : []),
  ...shares,
]

/** What the initiator holds after F1, the responder after F2, and the messages. */
function halfway() {
  const start = startSign(two.initiator, rng.initiator)
  const answer = answerF1(openF1(two.responder, start.f1), rng.responder)
  const [initiator, responder] = [start.state.take(), answer.state.take()]
  seen.rows.length = 0
  return { initiator, responder, f1: start.f1, f2: answer.f2 }
}
/** F3 of the same attempt, by a copy of the initiator. */
const f3Of = ({ f2 }: { readonly f2: Uint8Array }) =>
  answerF2(openF2(startSign(two.initiator, rng.initiator).state, f2), rng.initiator).f3

describe('an attempt leaves nothing behind', () => {
  test('that is given up by the initiator, before or after F2', () => {
    for (const opened of [false, true]) {
      const { initiator, f2 } = halfway()
      const mine = buffers(initiator)
      expect([mine.length, isFresh(mine)]).toEqual([5, true])
      const state = once('watched', initiator)
      discard(opened ? openF2(state, f2) : state)
      expect(isWiped(mine)).toBe(true)
    }
  })

  test('that is given up by the responder, before or after F3', () => {
    for (const opened of [false, true]) {
      const run = halfway()
      const mine = buffers(run.responder)
      expect([mine.length, isFresh(mine)]).toEqual([7, true])
      const state = once('watched', run.responder)
      discard(opened ? openF3(state, f3Of(run)) : state)
      expect(isWiped(mine)).toBe(true)
    }
  })

  test('that is refused when a message is opened', () => {
    const { initiator, responder } = halfway()
    const all = [...buffers(initiator), ...buffers(responder)]
    expect(() => openF2(once('watched', initiator), new Uint8Array(3))).toThrow(/LENGTH/)
    expect(() => openF3(once('watched', responder), new Uint8Array(3))).toThrow(/LENGTH/)
    expect(isWiped(all)).toBe(true)
  })

  test.for([
    ['the multiplication', 96 + 10_768 + 5, /RVOLE_CHECK_FAIL/],
    ['the choices', 96 + 5, /OTE_CHECK_FAIL/],
  ] as const)('that is judged to cheat with %s', ([, at, code]) => {
    const { initiator, f2 } = halfway()
    const mine = buffers(initiator)
    const opened = openF2(once('watched', initiator), flip(f2, 8 * at))
    expect(() => answerF2(opened, rng.initiator)).toThrow(code)
    expect(seen.rows.length).toBe(1)
    expect(isWiped([...mine, ...seen.rows])).toBe(true)
  })

  test('that is finished, on either side', () => {
    const run = halfway()
    const [mine, theirs] = [buffers(run.initiator), buffers(run.responder)]
    const { f3 } = answerF2(openF2(once('watched', run.initiator), run.f2), rng.initiator)
    finishF3(openF3(once('watched', run.responder), f3))
    expect(seen.rows.length).toBe(1)
    expect(isWiped([...mine, ...theirs, ...seen.rows])).toBe(true)
  })

  test('whose randomness fails on the way', () => {
    const f1 = startSign(two.initiator, rng.initiator).f1
    seen.rows.length = 0
    const kept: Uint8Array[] = []
    const failing = (label: string, length: number) => {
      if (label === 'a-hat') throw new Error('no more randomness')
      const bytes = concat(rng.responder(label, length))
      if (label === 'beta') kept.push(bytes)
      return bytes
    }
    expect(() => answerF1(openF1(two.responder, f1), failing)).toThrow(/no more randomness/)
    expect([seen.rows.length, kept.length]).toEqual([1, 1])
    expect(isWiped([...kept, ...seen.rows])).toBe(true)
  })
})
