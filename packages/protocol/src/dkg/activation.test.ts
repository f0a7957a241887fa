import { describe, expect, test } from 'vitest'
import { ascii } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import {
  type Epochs,
  type Held,
  NO_EPOCHS,
  acceptAbort,
  activate,
  forget,
  goBack,
  prepare,
  reconcile,
  signAbort,
  standing,
  usable,
} from './activation.ts'
import { D, E } from '../../test/ceremony.ts'

const held = (epoch: number, name = 'ceremony'): Held<string> => ({
  epoch,
  sid: H('dkg-sid2', ascii(`${name} ${epoch}`)),
  tau: H('dkg-transcript', ascii(`${name} ${epoch}`)),
  value: `${name} ${epoch}`,
})
const at = (epoch: number): Epochs<string> => ({ ...NO_EPOCHS, active: held(epoch) })
const mismatch: unknown = expect.objectContaining({ code: 'EPOCH_MISMATCH' })

describe('an epoch', () => {
  test('row 36: another epoch than the active one is refused', () => {
    expect(usable(at(4), 4).value).toBe('ceremony 4')
    for (const epoch of [3, 5]) expect(() => usable(at(4), epoch)).toThrow(mismatch)
    expect(() => usable(NO_EPOCHS, 0)).toThrow(mismatch)
    const moved = activate(at(4), held(5)).epochs
    expect(() => usable(moved, 4)).toThrow(mismatch)
    expect(usable(moved, 5).value).toBe('ceremony 5')
  })

  test('row 36: a prepared epoch stops the old one until it is decided', () => {
    const prepared = prepare(at(4), held(5))
    for (const epoch of [4, 5]) expect(() => usable(prepared, epoch)).toThrow(mismatch)
    expect(usable(activate(prepared, held(5)).epochs, 5).epoch).toBe(5)
    const abort = signAbort(at(4), 1, held(5).sid, E.sign)
    expect(usable(acceptAbort(prepared, E, abort).epochs, 4).epoch).toBe(4)
  })

  test('row 36: the retired epoch is handed out to be erased, once', () => {
    const moved = activate(at(4), held(5)).epochs
    expect(moved.retired).toEqual(held(4))
    const { epochs, erase } = forget(moved)
    expect(erase).toEqual(held(4))
    expect(epochs.retired).toBeUndefined()
    // One that was never forgotten is erased by the next.
    expect(activate(moved, held(6)).erase).toEqual(held(4))
  })

  test('cannot be prepared or activated out of turn', () => {
    expect(() => prepare(at(4), held(6))).toThrow(/cannot be prepared/)
    expect(() => prepare(prepare(at(4), held(5)), held(5))).toThrow(/cannot be prepared/)
    expect(() => activate(at(4), held(6))).toThrow(/cannot follow/)
    expect(() => activate(prepare(at(4), held(5)), held(5, 'other'))).toThrow(/another epoch/)
    expect(activate(at(4), held(4))).toEqual({ epochs: at(4), erase: undefined })
  })

  test('row 35: who certified a ceremony cannot abort it', () => {
    const moved = activate(at(4), held(5)).epochs
    expect(() => signAbort(moved, 1, held(5).sid, E.sign)).toThrow(/was certified/)
    expect(() => signAbort(moved, 1, held(4).sid, E.sign)).toThrow(/was certified/)
    expect(() => signAbort(prepare(at(4), held(5)), 1, held(5).sid, E.sign)).toThrow(
      /was certified/,
    )
    expect(signAbort(moved, 1, held(6).sid, E.sign).length).toBe(64)
  })

  test('row 35: a forged abort leaves the epoch prepared', () => {
    const prepared = prepare(at(4), held(5))
    const good = signAbort(at(4), 1, held(5).sid, E.sign)
    const forged = [
      signAbort(at(4), 1, held(6).sid, E.sign),
      signAbort(at(4), 2, held(5).sid, E.sign),
      signAbort(at(4), 1, held(5).sid, D.sign),
      good.slice(1),
    ]
    for (const abort of forged)
      expect(() => acceptAbort(prepared, E, abort)).toThrow(
        expect.objectContaining({ code: 'CERT', culprit: 1 }),
      )
    expect(acceptAbort(prepared, E, good).erase).toEqual(held(5))
    expect(() => acceptAbort(at(4), E, good)).toThrow(/nothing is prepared/)
  })

  test('that the peer lost can be given up while the old one is kept', () => {
    const moved = activate(at(4), held(5)).epochs
    expect(goBack(moved)).toEqual({ epochs: at(4), erase: held(5) })
    expect(() => goBack(forget(moved).epochs)).toThrow(/no epoch to go back to/)
  })

  test('is compared on reconnecting, and both answers fit', () => {
    const of = (epochs: Epochs<string>, otNo?: number) => standing(epochs, otNo)
    const both = (a: Epochs<string>, b: Epochs<string>) => [
      reconcile(of(a), of(b)).kind,
      reconcile(of(b), of(a)).kind,
    ]
    const prepared = prepare(at(4), held(5))
    const moved = activate(at(4), held(5)).epochs
    const first = prepare(NO_EPOCHS, held(0))
    expect(both(at(4), at(4))).toEqual(['in-step', 'in-step'])
    expect(both(NO_EPOCHS, NO_EPOCHS)).toEqual(['in-step', 'in-step'])
    expect(both(moved, prepared)).toEqual(['send-cert', 'await-cert'])
    expect(both(at(4), prepared)).toEqual(['send-abort', 'await-abort'])
    expect(both(NO_EPOCHS, first)).toEqual(['send-abort', 'await-abort'])
    expect(both(moved, at(4))).toEqual(['lost', 'lost'])
    expect(both(at(4), { ...at(4), active: held(4, 'other') })).toEqual(['lost', 'lost'])
    expect(both(prepared, prepared)).toEqual(['lost', 'lost'])
    expect(reconcile(of(at(4), 1), of(at(4), 2)).kind).toBe('rekey')
    expect(reconcile(of(at(4), 1), of(at(4), 1)).kind).toBe('in-step')
  })
})

/**
 * One change of epoch between two machines. Each step of either is one point at which it may stop:
 * its memory and what it was about to send are gone, what it committed stays.
 */
function world(start: Epochs<string>, crashes: ReadonlySet<number>) {
  const next = held((start.active?.epoch ?? -1) + 1)
  const disk = { E: start, D: start }
  let points = 0
  const mayCrash = () => {
    points += 1
    if (crashes.has(points)) throw new Error('crash')
  }
  /** G3 was received; what follows are the two certificates. */
  const ceremony = () => {
    mayCrash()
    disk.D = prepare(disk.D, next)
    mayCrash() // before G4 leaves
    mayCrash() // G4 is lost
    disk.E = activate(disk.E, next).epochs
    mayCrash() // before G5 leaves
    mayCrash() // G5 is lost
    disk.D = activate(disk.D, next).epochs
    mayCrash()
  }
  /** Both tell where they stand; one message answers. */
  const reconnect = () => {
    const [e, d] = [standing(disk.E, 0), standing(disk.D, 0)]
    mayCrash()
    const answer = reconcile(e, d)
    expect(['in-step', 'send-cert', 'send-abort']).toContain(answer.kind)
    if (answer.kind === 'send-abort') {
      const abort = signAbort(disk.E, 1, answer.sid, E.sign)
      mayCrash() // the abort is lost
      disk.D = acceptAbort(disk.D, E, abort).epochs
    }
    if (answer.kind === 'send-cert') {
      mayCrash() // the certificate is lost
      disk.D = activate(disk.D, next).epochs
    }
    mayCrash()
    return reconcile(standing(disk.E, 0), standing(disk.D, 0)).kind === 'in-step'
  }
  const usableEpochs = () =>
    [disk.E, disk.D].map((epochs) => {
      for (const epoch of [next.epoch - 1, next.epoch])
        try {
          return usable(epochs, epoch).epoch
        } catch {
          continue
        }
      return undefined
    })
  return { disk, next, ceremony, reconnect, usableEpochs, points: () => points }
}

test('row 35: two machines that stop at any two steps end in the same epoch', () => {
  for (const start of [at(4), NO_EPOCHS]) {
    const ended = new Set<number | undefined>()
    const total = 12
    for (let first = 1; first <= total; first++)
      for (let second = first; second <= total; second++) {
        const run = world(start, new Set([first, second]))
        const attempt = (step: () => unknown): unknown => {
          try {
            return step()
          } catch (error) {
            if ((error as Error).message !== 'crash') throw error
            return undefined
          } finally {
            // Never do both sign, and in different epochs.
            const [e, d] = run.usableEpochs()
            expect(e === undefined || d === undefined || e === d).toBe(true)
          }
        }
        attempt(run.ceremony)
        let tries = 0
        while (attempt(run.reconnect) !== true) expect(++tries).toBeLessThan(5)
        const { E: e, D: d } = run.disk
        expect(e.active).toEqual(d.active)
        expect([e.prepared, d.prepared]).toEqual([undefined, undefined])
        ended.add(e.active?.epoch)
      }
    // Some stops end before and some after the change.
    expect(ended).toEqual(new Set([start.active?.epoch, (start.active?.epoch ?? -1) + 1]))
  }
})
