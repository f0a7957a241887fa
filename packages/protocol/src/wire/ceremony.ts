import { z } from 'zod'
import { ascending, hash, partyId, partyIds, requestId, signature, suiteId } from './fields.ts'

/** What a key ceremony is about. Both sides show it and agree before the first flow. */
export const Proposal = z.strictObject({
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
  /** Absent: nobody holds a backup. The modes and their numbers are those of params. */
  backup: z
    .discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal(1) }),
      z.strictObject({ mode: z.literal(2), publicKey: hash }),
      z.strictObject({ mode: z.literal(3), publicKey: hash }),
    ])
    .exactOptional(),
  /** Of a RESHARE: the epoch that it replaces, by suite. */
  old: z
    .strictObject({
      epochSids: z.array(hash).min(1).max(3),
      /** `H("cc", cc_*)`. */
      chainCodesHash: hash,
    })
    .exactOptional(),
})
export type Proposal = z.infer<typeof Proposal>

export const Propose = z.strictObject({
  type: z.literal('propose'),
  proposal: Proposal,
  params: hash,
})
export type Propose = z.infer<typeof Propose>

/** `params` is the answering side's own: the ceremony begins when both are equal. */
export const Agree = z.strictObject({
  type: z.literal('agree'),
  instanceId: requestId,
  params: hash,
})
export type Agree = z.infer<typeof Agree>

export const Refuse = z.strictObject({
  type: z.literal('refuse'),
  instanceId: requestId,
  reason: z.enum(['declined', 'busy', 'params', 'unsupported']),
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
