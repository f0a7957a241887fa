import { z } from 'zod'
import {
  ascending,
  bytesUpTo,
  hash,
  partyId,
  partyIds,
  requestId,
  signature,
  suiteId,
  u32,
} from './fields.ts'

/** What a key ceremony is about. Both sides show it and agree before the first flow. */
const Proposal = z.strictObject({
  instanceId: requestId,
  suites: z
    .array(suiteId)
    .min(1)
    .max(3)
    .refine(
      ascending((suite: number) => suite),
      'expected distinct suites, ascending',
    ),
  t: z.int().min(2).max(16),
  holders: partyIds,
  contributors: partyIds,
  devices: z
    .array(z.strictObject({ id: partyId, identityPk: hash }))
    .min(1)
    .max(16)
    .refine(
      ascending(({ id }: { id: number }) => id),
      'expected distinct ids, ascending',
    ),
  backup: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('split') }),
    z.strictObject({ kind: z.literal('third-machine'), publicKey: hash }),
    z.strictObject({ kind: z.literal('kept'), publicKey: hash }),
  ]),
  /** Of a RESHARE: the epoch that it replaces. */
  old: z
    .strictObject({
      epoch: u32,
      /** By suite. */
      epochSids: z.array(hash).min(1).max(3),
      /** `H("cc", cc_*)`. */
      ccHash: hash,
    })
    .exactOptional(),
})
export type Proposal = z.infer<typeof Proposal>

export const Propose = z.strictObject({
  type: z.literal('propose'),
  proposal: Proposal,
  params: hash,
  /** The certified record of the old epoch, for a device that joins. */
  record: bytesUpTo(64 * 1024).exactOptional(),
})
export type Propose = z.infer<typeof Propose>

/** `params` is the answering side's own: the ceremony begins when both are equal. */
export const Agree = z.strictObject({
  type: z.literal('agree'),
  instanceId: requestId,
  params: hash,
})
export type Agree = z.infer<typeof Agree>

/**
 * - `declined`     a person said no
 * - `not-allowed`  a person has to allow it on this machine first
 * - `no-terminal`  nobody is there to be shown the words of this machine's half
 * - `timeout`      nobody answered in time: the person here, or later the other side
 * - `aborted`      a message of the other side failed a check; never which
 * - `busy`, `params`, `unsupported`  not now, not like this, never
 */
const refusals = [
  'declined',
  'not-allowed',
  'no-terminal',
  'timeout',
  'aborted',
  'busy',
  'params',
  'unsupported',
] as const

export const Refuse = z.strictObject({
  type: z.literal('refuse'),
  instanceId: requestId,
  reason: z.enum(refusals),
})
export type Refuse = z.infer<typeof Refuse>

/** "I hold nothing of this ceremony", signed: `H("dkg-abort", u8(from), sid)`. */
export const DkgAbort = z.strictObject({
  type: z.literal('dkg-abort'),
  from: partyId,
  sid: hash,
  signature,
})
export type DkgAbort = z.infer<typeof DkgAbort>

/** "I am active in this epoch", signed: `H("dkg-ack", u8(from), tau)`. The old one may be erased. */
export const DkgAck = z.strictObject({
  type: z.literal('dkg-ack'),
  from: partyId,
  tau: hash,
  signature,
})
export type DkgAck = z.infer<typeof DkgAck>
