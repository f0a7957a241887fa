import { describe, expect, test } from 'vitest'
import { D, E } from '../../test/ceremony.ts'
import { ascii } from '../core/bytes.ts'
import { H, PROTOCOL } from '../core/hash.ts'
import { headerOf } from '../wire/frame.ts'
import { decodeControl, encodeControl } from '../wire/messages.ts'
import { standingIn, statusOf } from '../wire/status.ts'
import {
  type Epochs,
  type Held,
  NO_EPOCHS,
  acceptAbort,
  activate,
  forget,
  giveUp,
  prepare,
  signAbort,
} from './activation.ts'
import { type Reconciliation, type Standing, nextOtNo, reconcile, standing } from './standing.ts'

/** An epoch that was made in one of two ceremonies. */
const held = (epoch: number, ceremony = 'a'): Held<string> => ({
  epoch,
  sid: H('dkg-sid2', ascii(`${ceremony} ${epoch}`)),
  tau: H('dkg-transcript', ascii(`${ceremony} ${epoch}`)),
  value: `${ceremony} ${epoch}`,
})
const at = (epoch: number, ceremony?: string): Epochs<string> => ({
  ...NO_EPOCHS,
  active: held(epoch, ceremony),
})

const keyId = H('key-id')

/** A standing as the other side gets it. */
function told(one: Standing): Standing {
  const hello = {
    type: 'hello',
    app: 'test',
    protocol: PROTOCOL,
    decoders: keyId,
    wallets: [statusOf(keyId, one)],
  } as const
  const back = decodeControl(
    headerOf('hello', 1, 2),
    encodeControl({ ...hello, wallets: [...hello.wallets] }),
  )
  if (back.type !== 'hello') throw new Error('another message')
  return standingIn(back, keyId)
}

type Sides<T> = { readonly e: T; readonly d: T }
const answers = ({ e, d }: Sides<Standing>): Sides<Reconciliation> => ({
  e: reconcile(e, told(d)),
  d: reconcile(d, told(e)),
})
const kinds = (epochs: Sides<Epochs<string>>, ot?: Sides<Epochs<string> | undefined>) => {
  const { e, d } = answers({
    e: standing(epochs.e, ot?.e),
    d: standing(epochs.d, ot?.d),
  })
  return [e.kind, d.kind]
}

describe('two machines that meet again', () => {
  const prepared = prepare(at(4), held(5))
  const moved = activate(at(4), held(5)).epochs

  test.for<[string, Epochs<string>, Epochs<string>, string, string]>([
    ['nothing happened', at(4), at(4), 'in-step', 'in-step'],
    ['there is no wallet', NO_EPOCHS, NO_EPOCHS, 'in-step', 'in-step'],
    ['the last certificate was lost', moved, prepared, 'send-cert', 'await-cert'],
    ['the first certificate was lost', at(4), prepared, 'send-abort', 'await-abort'],
    [
      'that of a new wallet was lost',
      NO_EPOCHS,
      prepare(NO_EPOCHS, held(0)),
      'send-abort',
      'await-abort',
    ],
    ['one was set back', moved, at(4), 'lost', 'lost'],
    ['both have another epoch', at(4), at(4, 'b'), 'lost', 'lost'],
    [
      'both prepared, each its own',
      prepare(at(4), held(5, 'b')),
      prepared,
      'send-abort',
      'send-abort',
    ],
    ['both prepared the same', prepared, prepared, 'lost', 'lost'],
    ['what was prepared is long over', at(6), prepared, 'lost', 'lost'],
    [
      'another was prepared than the one that came',
      activate(at(4), held(5, 'b')).epochs,
      prepared,
      'lost',
      'lost',
    ],
  ])('%s', ([, e, d, ofE, ofD]) => {
    expect(kinds({ e, d })).toEqual([ofE, ofD])
    expect(kinds({ e: d, d: e })).toEqual([ofD, ofE])
    // The same of the OT setups of one epoch; what is lost there is made anew.
    if (!e.active || !d.active) return
    const anew = (kind: string) => (kind === 'lost' ? 'rekey' : kind)
    expect(kinds({ e: at(9), d: at(9) }, { e, d })).toEqual([anew(ofE), anew(ofD)])
  })

  test('settle their epoch before their OT setups, and name what they speak of', () => {
    const { e, d } = answers({ e: standing(moved, at(0)), d: standing(prepared, at(1)) })
    expect([e, d]).toEqual([
      { kind: 'send-cert', of: 'epoch' },
      { kind: 'await-cert', of: 'epoch' },
    ])
    const both = standing(at(4), prepare(at(0), held(1)))
    expect(reconcile(standing(at(4), at(0)), told(both))).toEqual({
      kind: 'send-abort',
      of: 'ot',
      sid: held(1).sid,
    })
  })

  test('count on from the last number that either of them had for an OT setup', () => {
    const rekey = ({ e, d }: Sides<Epochs<string>>) =>
      Object.values(answers({ e: standing(at(4), e), d: standing(at(4), d) }))
    expect(rekey({ e: at(0), d: at(3) })).toEqual([
      { kind: 'rekey', otNo: 4 },
      { kind: 'rekey', otNo: 4 },
    ])
    const behind = { e: prepare(at(0), held(2)), d: at(2, 'b') }
    expect(rekey(behind)).toEqual([
      { kind: 'rekey', otNo: 3 },
      { kind: 'rekey', otNo: 3 },
    ])
    const planned = standing(at(4), at(0))
    expect(nextOtNo(planned, told(planned))).toBe(1)
  })
})

/** Every pair of an active and a later prepared epoch, out of two ceremonies each. */
const lanes: readonly Epochs<string>[] = [
  undefined,
  held(4),
  held(5),
  held(5, 'b'),
  held(6),
].flatMap((active) =>
  [undefined, held(5), held(5, 'b'), held(6), held(7), held(7, 'b')]
    .filter((next) => !next || !active || next.epoch > active.epoch)
    .map((next) => ({ active, prepared: next, retired: undefined })),
)

/** What fits together. */
const fitting = new Set([
  'in-step in-step',
  'lost lost',
  'send-cert await-cert',
  'await-cert send-cert',
  'send-abort await-abort',
  'await-abort send-abort',
  'send-abort send-abort',
  'send-cert send-abort',
  'send-abort send-cert',
])

/** What comes of `sent` at the side that it is for. */
function received(
  epochs: Epochs<string>,
  from: typeof E,
  theirs: Epochs<string>,
  sent: Reconciliation,
): Epochs<string> {
  if (sent.kind === 'send-cert') return activate(epochs, epochs.prepared!).epochs
  if (sent.kind !== 'send-abort') return epochs
  return acceptAbort(epochs, from, signAbort(theirs, from.id, sent.sid, from.sign)).epochs
}

test('row 35: whatever two machines have, they agree on it in two steps, or both ask for a person', () => {
  const ends = new Map<string, number>()
  for (const first of lanes)
    for (const second of lanes) {
      let [e, d] = [first, second]
      let end = ''
      for (let steps = 0; end === ''; steps++) {
        expect(steps).toBeLessThan(3)
        const said = answers({ e: standing(e, undefined), d: standing(d, undefined) })
        const both = `${said.e.kind} ${said.d.kind}`
        expect(fitting).toContain(both)
        if (said.e.kind === 'lost' || said.e.kind === 'in-step') end = said.e.kind
        ;[e, d] = [received(e, D, d, said.d), received(d, E, e, said.e)]
      }
      if (end === 'in-step') expect([e.active, e.prepared]).toEqual([d.active, d.prepared])
      ends.set(end, 1 + (ends.get(end) ?? 0))
    }
  // Neither outcome is the answer to everything.
  for (const end of ['in-step', 'lost']) expect(ends.get(end)).toBeGreaterThan(40)
})

test('whatever OT setups two machines have, a RE-OT gives both the same new one', () => {
  const setups = lanes.filter(({ active }) => active)
  for (const first of setups)
    for (const second of setups) {
      let ot: Sides<Epochs<string>> = { e: first, d: second }
      for (let steps = 0; kinds({ e: at(4), d: at(4) }, ot)[0] !== 'in-step'; steps++) {
        expect(steps).toBeLessThan(3)
        const { e, d } = ot
        const said = answers({ e: standing(at(4), e), d: standing(at(4), d) })
        if (said.e.kind === 'rekey' && said.d.kind === 'rekey') {
          expect(said.e.otNo).toBe(said.d.otNo)
          const next = held(said.e.otNo, 'RE-OT')
          const ready = prepare(giveUp(e).epochs, next)
          ot = { d: activate(giveUp(d).epochs, next).epochs, e: activate(ready, next).epochs }
        } else ot = { e: received(e, D, d, said.d), d: received(d, E, e, said.e) }
      }
      expect(forget(ot.e).epochs).toEqual(forget(ot.d).epochs)
    }
})
