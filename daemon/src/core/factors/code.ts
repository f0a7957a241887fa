/**
 * Codes of one authenticator app, for the whole daemon. Its secret is a sealed row of its own; there
 * are two places for it, so that the old app counts until the new one has shown that it works.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { wipe } from '@tandem/protocol'
import * as z from 'zod'
import type { AuthenticatorApp } from '../../ports/authenticator-app.ts'
import type { Entropy } from '../../ports/entropy.ts'
import type { KeyWrap } from '../../ports/key-wrap.ts'
import type { Batch, Store } from '../../ports/store.ts'
import { decodeRow, encodeRow } from '../encoding.ts'
import { contextOfRow, seal, unseal } from '../envelope.ts'
import { ClientError } from '../errors.ts'
import { type Event, encodeEvent } from '../event.ts'
import { inTurn } from '../log/in-turn.ts'
import { NO_TRIES, Tries, waitMs } from './tries.ts'

const place = z.literal([0, 1])
const State = z.strictObject({
  active: z.strictObject({ place, lastStep: z.int() }).optional(),
  proposed: z.strictObject({ place }).optional(),
  tries: Tries,
})
type State = z.infer<typeof State>

const STATE_KEY = utf8ToBytes('code')
const secretKey = (at: 0 | 1): Uint8Array => utf8ToBytes(`code secret ${at}`)
const LENGTH = 20

/** What codes need. */
export type CodeParts = {
  readonly store: Store
  readonly keys: KeyWrap
  readonly entropy: Entropy
  readonly app: AuthenticatorApp
  readonly now: () => Date
}

export type Codes = {
  isEnrolled(): Promise<boolean>
  /** @returns what an app scans. It is given out once; the app counts from {@link Codes.confirm} on. */
  propose(): Promise<string>
  /** The first code of the app that was proposed. @throws {ClientError} */
  confirm(code: string): Promise<void>
  /** @returns whether there was an app. */
  remove(): Promise<boolean>
  /** Uses a code up. @throws {ClientError} `wrong-factor`, `too-early` */
  use(code: string): Promise<void>
}

export function codes({ store, keys, entropy, app, now }: CodeParts): Codes {
  // One at a time: two tries must not both be the fifth, nor one code be used twice at once.
  const turn = inTurn()

  async function load(): Promise<State> {
    const stored = await store.get('factor', STATE_KEY)
    return stored ? decodeRow(State, stored) : { tries: NO_TRIES }
  }

  const stateRow = (state: State) =>
    ({ table: 'factor', key: STATE_KEY, value: encodeRow(State, state) }) as const

  const noted = (what: Extract<Event, { type: 'factor' }>['what']) =>
    encodeEvent({ type: 'factor', at: now().getTime(), kind: 'code', what })

  /** Counts a try, checks it, and forgets the wrong ones before it if it is right. */
  async function check(state: State, at: 0 | 1, code: string, lastStep: number): Promise<number> {
    const time = now()
    const wait = waitMs(state.tries, time.getTime())
    // A clock that was set back must not keep the door shut until it catches up.
    if (wait > 0 && time.getTime() < state.tries.at)
      await store.commit({
        rows: [stateRow({ ...state, tries: { ...state.tries, at: time.getTime() } })],
      })
    // SECURITY: six digits fall to whoever may try all of them. Test: src/core/factors/code.test.ts "after five wrong codes the next ones wait, longer each time, also after a restart"
    if (wait > 0)
      throw new ClientError('too-early', `too many wrong codes: wait ${Math.ceil(wait / 1000)} s`)
    const wrong = { wrong: state.tries.wrong + 1, at: time.getTime() }
    // SECURITY: a try that ends in a crash is a try. Test: src/core/factors/code.test.ts "a try is counted before it is made"
    await store.commit({ rows: [stateRow({ ...state, tries: wrong })] })
    const key = secretKey(at)
    const sealed = await store.get('factor', key)
    if (!sealed) throw new Error('an authenticator app without its secret')
    const secret = await unseal(keys, sealed, contextOfRow('factor', key))
    try {
      const step = app.stepOf(secret, code, time)
      // SECURITY: who saw a code, or a clock that was set back, must not use it again. Test: src/core/factors/code.test.ts "a code is used once, and none before it, also after a restart"
      if (step !== undefined && step > lastStep) return step
    } finally {
      wipe(secret)
    }
    await store.commit({ events: [noted('wrong')] })
    throw new ClientError('wrong-factor', 'the code is wrong, or was used before')
  }

  async function save(state: State, what: Parameters<typeof noted>[0], rows: Batch['rows'] = []) {
    await store.commit({ rows: [stateRow(state), ...rows], events: [noted(what)] })
  }

  return {
    isEnrolled: async () => (await load()).active !== undefined,

    propose: () =>
      turn(async () => {
        const state = await load()
        const at = state.active?.place === 0 ? 1 : 0
        const key = secretKey(at)
        const secret = entropy.bytes(LENGTH)
        try {
          const value = await seal(keys, entropy, secret, contextOfRow('factor', key))
          const row = { table: 'factor', key, value } as const
          await save({ ...state, proposed: { place: at } }, 'proposed', [row])
          return app.link(secret)
        } finally {
          wipe(secret)
        }
      }),

    confirm: (code) =>
      turn(async () => {
        const state = await load()
        const { proposed, active } = state
        if (!proposed) throw new ClientError('conflict', 'no authenticator app was proposed')
        const lastStep = await check(state, proposed.place, code, -1)
        const old = active ? [{ table: 'factor' as const, key: secretKey(active.place) }] : []
        const next = { active: { place: proposed.place, lastStep }, tries: NO_TRIES }
        await save(next, 'enrolled', old)
      }),

    remove: () =>
      turn(async () => {
        const { active, tries } = await load()
        if (!active) return false
        const rows = ([0, 1] as const).map((at) => ({
          table: 'factor' as const,
          key: secretKey(at),
        }))
        await save({ tries }, 'removed', rows)
        return true
      }),

    use: (code) =>
      turn(async () => {
        const state = await load()
        const { active } = state
        if (!active) throw new ClientError('wrong-factor', 'there is no authenticator app here')
        const lastStep = await check(state, active.place, code, active.lastStep)
        await save({ ...state, active: { ...active, lastStep }, tries: NO_TRIES }, 'shown')
      }),
  }
}
