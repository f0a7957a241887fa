import { describe, expect, test } from 'vitest'
import { ascii } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import {
  type Epochs,
  type Held,
  NO_EPOCHS,
  acceptAbort,
  acceptAck,
  activate,
  forget,
  giveUp,
  goBack,
  prepare,
  signAbort,
  signAck,
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
    for (const epoch of [3, 4])
      expect(() => prepare(at(4), held(epoch, 'other'))).toThrow(/cannot be prepared/)
    expect(() => prepare(prepare(at(4), held(5)), held(5))).toThrow(/cannot be prepared/)
    for (const epoch of [3, 4])
      expect(() => activate(at(4), held(epoch, 'other'))).toThrow(/cannot follow/)
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

  test('row 36: the word of the peer that it has the active epoch erases the retired one', () => {
    const moved = activate(at(4), held(5)).epochs
    const theirs = activate(prepare(at(4), held(5)), held(5)).epochs
    expect(acceptAck(moved, D, signAck(theirs, 2, D.sign))).toEqual(forget(moved))
    // The word on another epoch says nothing about this one.
    for (const other of [at(4), at(6)])
      expect(acceptAck(moved, D, signAck(other, 2, D.sign))).toEqual({ epochs: moved })
    expect(acceptAck(NO_EPOCHS, D, signAck(theirs, 2, D.sign))).toEqual({ epochs: NO_EPOCHS })
    expect(() => signAck(prepare(NO_EPOCHS, held(0)), 2, D.sign)).toThrow(/no epoch is active/)
  })

  test('row 36: a forged acknowledgement erases nothing', () => {
    const moved = activate(at(4), held(5)).epochs
    const good = signAck(moved, 2, D.sign)
    const forged = [
      signAck(moved, 1, D.sign),
      signAck(moved, 2, E.sign),
      { tau: good.tau, signature: signAck(at(4), 2, D.sign).signature },
      { tau: good.tau, signature: signAbort(moved, 2, good.tau, D.sign) },
      { tau: good.tau, signature: good.signature.slice(1) },
    ]
    for (const ack of forged)
      expect(() => acceptAck(moved, D, ack)).toThrow(
        expect.objectContaining({ code: 'CERT', culprit: 2 }),
      )
  })

  test('that is prepared is given up only where both make another', () => {
    const prepared = prepare(at(4), held(5))
    expect(giveUp(prepared)).toEqual({ epochs: at(4), erase: held(5) })
    expect(giveUp(at(4))).toEqual({ epochs: at(4), erase: undefined })
  })
})
