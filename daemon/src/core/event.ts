import * as z from 'zod'
import { bigint, bytes, decodeRow, encodeRow, time } from './encoding.ts'

const id = { requestId: bytes(16), index: z.int(), attempt: z.int() }
const wallet = { wallet: bytes(32) }

/**
 * What happened, for good. The log says who asked for what and what was decided; never a secret, a
 * word of a phrase, or the whole body of a message.
 */
export const Event = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('started'), at: time, version: z.string(), boot: z.int() }),
  z.strictObject({
    type: z.literal('paired'),
    at: time,
    identityPk: bytes(32),
    noisePk: bytes(32),
    name: z.string().max(64),
  }),
  z.strictObject({ type: z.literal('pairing-refused'), at: time, left: z.int() }),
  z.strictObject({
    type: z.literal('resealed'),
    at: time,
    from: z.string(),
    to: z.string(),
    secrets: z.int(),
  }),
  /** A backup was made of the log up to there, and of everything beside it. */
  z.strictObject({
    type: z.literal('backed-up'),
    at: time,
    entries: z.int(),
    /** SHA-256 of the file. */
    digest: bytes(32),
  }),
  /** This store came out of a backup, and the person said that the one before never runs again. */
  z.strictObject({ type: z.literal('restored'), at: time, madeAt: time, entries: z.int() }),
  /** A start found its store older than the counter says. */
  z.strictObject({ type: z.literal('older-copy'), at: time, kept: bigint, found: bigint }),
  z.strictObject({ type: z.literal('revoked'), at: time, identityPk: bytes(32) }),
  z.strictObject({
    type: z.literal('epoch'),
    at: time,
    ...wallet,
    device: bytes(32),
    state: z.enum(['prepared', 'active', 'aborted', 'self-tested']),
    epoch: z.int(),
    tau: bytes(32),
  }),
  /** The share of an epoch that another one has replaced. */
  z.strictObject({ type: z.literal('erased'), at: time, ...wallet, epoch: z.int() }),
  z.strictObject({ type: z.literal('re-ot'), at: time, ...wallet, epoch: z.int(), otNo: z.int() }),
  z.strictObject({
    type: z.literal('allowed'),
    at: time,
    ...wallet,
    what: z.enum(['re-ot', 'rotation']),
  }),
  /** The store was set back: the wallet, or every one there is, signs nothing before its next epoch. */
  z.strictObject({ type: z.literal('set-back'), at: time, wallet: bytes(32).optional() }),
  /** No rule brings both sides together: people decide. */
  z.strictObject({ type: z.literal('lost'), at: time, ...wallet }),
  z.strictObject({
    type: z.literal('decided'),
    at: time,
    ...wallet,
    requestId: bytes(16),
    chain: z.string(),
    account: z.string(),
    /** Of the request's payload. */
    payload: bytes(32),
    decision: z.enum(['allow', 'needs-factor', 'deny']),
    rule: z.string(),
    /** What an allowed request reserves. */
    spends: z.array(z.strictObject({ asset: z.string(), amount: bigint })),
    /** When it is over if nothing happens. */
    expiresAt: time,
  }),
  /** A second factor of the daemon, or one that was shown. */
  z.strictObject({
    type: z.literal('factor'),
    at: time,
    kind: z.enum(['code', 'passkey']),
    what: z.enum(['proposed', 'enrolled', 'removed', 'shown', 'wrong', 'lost', 'found']),
  }),
  /** The policy, or one that is to take its place; named by its text. */
  z.strictObject({
    type: z.literal('policy'),
    at: time,
    what: z.enum(['first', 'proposed', 'cancelled', 'in-force']),
    version: z.int(),
    hash: bytes(32),
  }),
  /** A network that is signed for from now on, or is not any more; with what a person said of it. */
  z.strictObject({
    type: z.literal('network'),
    at: time,
    what: z.enum(['added', 'removed']),
    chain: z.string(),
    name: z.string().exactOptional(),
    test: z.boolean().exactOptional(),
  }),
  z.strictObject({
    type: z.literal('mark'),
    at: time,
    ...wallet,
    mark: z.string(),
    requestId: bytes(16).optional(),
    index: z.int().optional(),
    attempt: z.int().optional(),
  }),
  z.strictObject({
    type: z.literal('released'),
    at: time,
    ...wallet,
    requestId: bytes(16),
    why: z.enum(['cancelled', 'expired', 'judged-anew']),
  }),
  /** So many requests that were over are not kept in full any more. */
  z.strictObject({ type: z.literal('pruned'), at: time, ...wallet, requests: z.int() }),
  z.strictObject({
    type: z.literal('refused'),
    at: time,
    /** Who sent it; zeros for a stranger. */
    device: bytes(32),
    code: z.string(),
    message: z.string(),
  }),
  z.strictObject({
    type: z.literal('aborted'),
    at: time,
    ...wallet,
    ...id,
    code: z.string(),
    culprit: z.int().optional(),
  }),
])
export type Event = z.infer<typeof Event>

export const encodeEvent = (event: Event): Uint8Array => encodeRow(Event, event)
export const decodeEvent = (body: Uint8Array): Event => decodeRow(Event, body)
