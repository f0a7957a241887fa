import { describe, expect, test } from 'vitest'
import {
  type AttemptId,
  type Ledger,
  type Mark,
  applyMark,
  emptyLedger,
  marksOnLoad,
  mayBeSigned,
  requestKey,
} from './marks.ts'

const requestId = new Uint8Array(16).fill(7)
const id: AttemptId = { requestId, index: 0, attempt: 1 }
const approved: Mark = {
  type: 'approved',
  request: {
    requestId,
    entries: [
      { index: 0, suite: 1, keyId: new Uint8Array(32), path: [], message: new Uint8Array(32) },
    ],
  },
  hash: new Uint8Array(32),
}

/** What a start does: the marks of the disk, then those that the load itself commits. */
function load(ledger: Ledger): Ledger {
  return marksOnLoad(ledger).reduce(applyMark, ledger)
}

describe('the ledger', () => {
  test('row 49: the second load after a crash between check and commit burns the setup', () => {
    let ledger = emptyLedger(0)
    const states: string[] = []
    for (let crash = 1; crash <= 128; crash++) {
      // The process dies after PENDING is durable and before the verdict is.
      if (ledger.pair.otState !== 'BURNED')
        ledger = applyMark(ledger, { type: 'pending', ...id, attempt: crash })
      ledger = load(ledger)
      states.push(ledger.pair.otState)
    }
    expect(states.slice(0, 3)).toEqual(['FRESH', 'BURNED', 'BURNED'])
    expect(new Set(states.slice(1))).toEqual(new Set(['BURNED']))
    expect(ledger.pair.burns).toBe(1)
  })

  test('two judgements cut off by one crash burn the setup at once', () => {
    let ledger = applyMark(emptyLedger(0), { type: 'pending', ...id })
    ledger = applyMark(ledger, { type: 'pending', ...id, attempt: 2 })
    expect(load(ledger).pair.otState).toBe('BURNED')
  })

  test('a verdict clears its mark, and a load then finds nothing', () => {
    const ledger = [
      { type: 'pending', ...id } as const,
      { type: 'pass', ...id } as const,
    ].reduce<Ledger>(applyMark, emptyLedger(0))
    expect(ledger.pair).toMatchObject({ otState: 'FRESH', pending: [], suspects: 0 })
    expect(marksOnLoad(ledger)).toEqual([])
  })

  test('a burned setup stays burned until a fresh one replaces it', () => {
    let ledger = applyMark(emptyLedger(4), { type: 'burned', code: 'OTE_CHECK_FAIL' })
    ledger = applyMark(ledger, { type: 'pass', ...id })
    ledger = applyMark(ledger, { type: 'pending', ...id })
    expect(ledger.pair.otState).toBe('BURNED')
    ledger = applyMark(ledger, { type: 'rekeyed', epoch: 0, otNo: 5 })
    expect(ledger.pair).toEqual({
      epoch: 0,
      otNo: 5,
      otState: 'FRESH',
      suspects: 0,
      pending: [],
      burns: 1,
    })
  })

  test('what left this side may be signed, whatever happened after', () => {
    let ledger = applyMark(emptyLedger(0), approved)
    const entry = () => ledger.requests.get(requestKey(requestId))!.entries[0]!
    ledger = applyMark(ledger, { type: 'started', counter: 1n, ...id })
    expect(mayBeSigned(entry())).toBe(false)
    ledger = applyMark(ledger, { type: 'released', ...id })
    ledger = applyMark(ledger, approved)
    expect(mayBeSigned(entry())).toBe(true)
    expect(entry()).toMatchObject({ attempt: 1, tries: 0 })
  })
})
