/**
 * The policy by which the co-signer decides. The store has it, not a file, so that nobody changes it
 * unseen; another one waits before it takes its place.
 *
 * The wait is counted by what has gone by while the co-signer runs, whatever its clock is set to, and
 * by that clock while it does not.
 */
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { policyHash } from '@tandem/protocol'
import * as z from 'zod'
import type { Clock } from '../../ports/clock.ts'
import { type PolicyText, PolicyTextError } from '../../ports/policy-text.ts'
import { type Batch, type Store, StoreError } from '../../ports/store.ts'
import { decodeRow, encodeRow, time } from '../encoding.ts'
import { ClientError } from '../errors.ts'
import { type Event, encodeEvent } from '../event.ts'
import { inTurn } from '../log/in-turn.ts'
import type { Document } from './document.ts'
import { documentPolicy } from './document-policy.ts'
import { durationMs } from './fields.ts'
import type { Policy } from './policy.ts'

/** The most that a text may have, in UTF-8. */
const MAX_TEXT = 64 * 1024
/** How often it is written down how long the next one still waits. */
const SAVE_MS = 10 * 60_000

/** A policy, and since when it is the one. */
export type Standing = {
  /** 1 for the first one, one more for each that took its place. */
  readonly version: number
  /** Of the text. */
  readonly hash: Uint8Array
  readonly text: string
  readonly since: Date
  readonly document: Document
  readonly policy: Policy
}

/** Another policy, and when it takes its place if the co-signer runs until then. */
export type Waiting = {
  readonly hash: Uint8Array
  readonly text: string
  readonly at: Date
}

export type KeptPolicy = {
  current(): Standing
  waiting(): Waiting | undefined
  /** What a text says. @throws {ClientError} `unreadable` */
  read(text: string): Document
  /** How long another policy waits now; nothing while there is no wallet to take from. */
  waitsMs(): Promise<number>
  /** Puts another one in its place, once it has waited. @throws {ClientError} `unreadable`, `conflict` */
  change(text: string): Promise<void>
  /** @returns whether another one waited. */
  cancel(): Promise<boolean>
  /** Calls after each change. @returns how to stop. */
  follow(follower: () => void): () => void
  close(): void
}

const Kept = z.strictObject({ version: z.int().min(1), since: time, text: z.string() })
type Kept = z.infer<typeof Kept>

const Waits = z.strictObject({
  text: z.string(),
  /** How long still, when this was written. */
  leftMs: z.int().min(0),
  asOf: time,
})
type Waits = z.infer<typeof Waits>

const KEPT = utf8ToBytes('policy')
const WAITS = utf8ToBytes('policy that waits')

type Parts = {
  readonly store: Store
  readonly text: PolicyText
} & Clock

/**
 * Takes up the policy of a store.
 *
 * @param first what a store begins with that has none.
 * @throws {StoreError} `damaged`: it has one that nobody can read.
 */
export async function keptPolicy(
  { store, text: language, now, after }: Parts,
  first: () => string,
): Promise<KeptPolicy> {
  const turn = inTurn()
  const followers = new Set<() => void>()
  let stopWaiting = (): void => undefined
  let waits: (Waits & { readonly at: Date }) | undefined

  const stored = await store.get('meta', KEPT)
  let current = stored
    ? standingOf(decodeRow(Kept, stored))
    : await put({ version: 1, since: now().getTime(), text: first() }, 'first')
  const left = await store.get('meta', WAITS)
  if (left) await goOn(decodeRow(Waits, left))

  function standingOf({ version, since, text }: Kept): Standing {
    const document = readable(text)
    return {
      version,
      hash: policyHash(utf8ToBytes(text)),
      text,
      since: new Date(since),
      document,
      policy: documentPolicy(document),
    }
  }

  function readable(text: string): Document {
    try {
      return language.read(text, 'the policy')
    } catch (error) {
      if (!(error instanceof PolicyTextError)) throw error
      throw new StoreError('damaged', `the policy that it keeps: ${error.message}`, error)
    }
  }

  function noted(what: Extract<Event, { type: 'policy' }>['what'], version: number, text: string) {
    const hash = policyHash(utf8ToBytes(text))
    return encodeEvent({ type: 'policy', at: now().getTime(), what, version, hash })
  }

  async function put(kept: Kept, what: 'first' | 'in-force', rows: Batch['rows'] = []) {
    const standing = standingOf(kept)
    await store.commit({
      rows: [{ table: 'meta', key: KEPT, value: encodeRow(Kept, kept) }, ...rows],
      events: [noted(what, kept.version, kept.text)],
    })
    return standing
  }

  async function takeEffect(text: string): Promise<void> {
    const version = current.version + 1
    const gone = [{ table: 'meta' as const, key: WAITS }]
    current = await put({ version, since: now().getTime(), text }, 'in-force', gone)
    waits = undefined
    tell()
  }

  function tell(): void {
    for (const follower of followers) follower()
  }

  /** Goes on waiting after a stop. A clock that was set back meanwhile makes it no shorter. */
  async function goOn({ text, leftMs, asOf }: Waits): Promise<void> {
    const away = Math.max(0, now().getTime() - asOf)
    await wait(text, Math.max(0, leftMs - away))
  }

  async function wait(text: string, leftMs: number, events: Uint8Array[] = []): Promise<void> {
    if (leftMs === 0) return takeEffect(text)
    const asOf = now().getTime()
    const value = encodeRow(Waits, { text, leftMs, asOf })
    await store.commit({ rows: [{ table: 'meta', key: WAITS, value }], events })
    const mine = { text, leftMs, asOf, at: new Date(asOf + leftMs) }
    waits = mine
    const step = Math.min(leftMs, SAVE_MS)
    stopWaiting = after(step, () =>
      turn(async () => {
        if (waits === mine) await wait(text, leftMs - step)
      }),
    )
  }

  function read(text: string): Document {
    const { length } = utf8ToBytes(text)
    if (length > MAX_TEXT)
      throw new ClientError('unreadable', `a policy of ${length} bytes: expected ${MAX_TEXT}`)
    try {
      return language.read(text, 'the policy')
    } catch (error) {
      if (!(error instanceof PolicyTextError)) throw error
      throw new ClientError('unreadable', error.message, error)
    }
  }

  async function waitsMs(): Promise<number> {
    const [wallet] = await store.list('wallet', { limit: 1 })
    return wallet ? durationMs(current.document.change_after) : 0
  }

  return {
    current: () => current,
    waiting: () =>
      waits && { hash: policyHash(utf8ToBytes(waits.text)), text: waits.text, at: waits.at },
    read,
    waitsMs,

    change: (text) =>
      turn(async () => {
        read(text)
        if (bytesToHex(policyHash(utf8ToBytes(text))) === bytesToHex(current.hash))
          throw new ClientError('conflict', 'this is the policy already')
        // SECURITY: a second change must not end the wait of the first sooner, nor hide behind it. Test: test/policy-change.test.ts "one change waits at a time"
        if (waits) throw new ClientError('conflict', 'another policy waits: cancel it first')
        const leftMs = await waitsMs()
        const events = leftMs > 0 ? [noted('proposed', current.version + 1, text)] : []
        await wait(text, leftMs, events)
        if (waits) tell()
      }),

    cancel: () =>
      turn(async () => {
        if (!waits) return false
        await store.commit({
          rows: [{ table: 'meta', key: WAITS }],
          events: [noted('cancelled', current.version + 1, waits.text)],
        })
        waits = undefined
        stopWaiting()
        tell()
        return true
      }),

    follow(follower) {
      followers.add(follower)
      return () => followers.delete(follower)
    },

    close: () => stopWaiting(),
  }
}
