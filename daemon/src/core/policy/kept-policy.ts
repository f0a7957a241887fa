/**
 * The policy by which the co-signer decides. The store has it, not a file, so that nobody changes it
 * unseen; another one waits before it takes its place.
 */
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { policyHash } from '@tandem/protocol'
import * as z from 'zod'
import type { Clock } from '../../ports/clock.ts'
import { type PolicyText, PolicyTextError } from '../../ports/policy-text.ts'
import { type Batch, type Store, StoreError } from '../../ports/store.ts'
import { countdown } from '../countdown.ts'
import { decodeRow, encodeRow, time } from '../encoding.ts'
import { ClientError } from '../errors.ts'
import { type Event, encodeEvent } from '../event.ts'
import { inTurn } from '../log/in-turn.ts'
import type { Document } from './document.ts'
import { documentPolicy } from './document-policy.ts'
import { durationMs } from './fields.ts'
import type { Policy } from './policy.ts'

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

  const stored = await store.get('meta', KEPT)
  let current = stored
    ? standingOf(decodeRow(Kept, stored))
    : await put({ version: 1, since: now().getTime(), text: first() }, 'first')
  const waits = await countdown({ store, now, after, turn }, WAITS, takeEffect)

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

  async function takeEffect(text: string, gone: Batch['rows'] = []): Promise<void> {
    const version = current.version + 1
    // Written for another version of this program: what is in force stays.
    if (isReadable(text))
      current = await put({ version, since: now().getTime(), text }, 'in-force', gone)
    else await store.commit({ rows: gone, events: [noted('cancelled', version, text)] })
    tell()
  }

  function isReadable(text: string): boolean {
    try {
      read(text)
      return true
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      return false
    }
  }

  function tell(): void {
    for (const follower of followers) follower()
  }

  function read(text: string): Document {
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
    waiting() {
      const { what: text, at } = waits.waiting() ?? {}
      return text === undefined || !at
        ? undefined
        : { hash: policyHash(utf8ToBytes(text)), text, at }
    },
    read,
    waitsMs,

    change: (text) =>
      turn(async () => {
        read(text)
        if (bytesToHex(policyHash(utf8ToBytes(text))) === bytesToHex(current.hash))
          throw new ClientError('conflict', 'this is the policy already')
        // SECURITY: a second change must not end the wait of the first sooner, nor hide behind it. Test: test/policy-change.test.ts "one change waits at a time"
        if (waits.waiting())
          throw new ClientError('conflict', 'another policy waits: cancel it first')
        const leftMs = await waitsMs()
        const events = leftMs > 0 ? [noted('proposed', current.version + 1, text)] : []
        await waits.begin(text, leftMs, events)
        if (waits.waiting()) tell()
      }),

    cancel: () =>
      turn(async () => {
        const waiting = waits.waiting()
        if (!waiting) return false
        await waits.cancel([noted('cancelled', current.version + 1, waiting.what)])
        tell()
        return true
      }),

    follow(follower) {
      followers.add(follower)
      return () => followers.delete(follower)
    },

    close: () => waits.close(),
  }
}
