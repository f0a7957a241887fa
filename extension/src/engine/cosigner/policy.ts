/** By what the co-signer decides, as it said last, and what its person has looked at of it. */
import { bytes, equalBytes } from '@tandem/protocol'
import * as z from 'zod'
import type { PolicyView } from '../../messages/cosigner.ts'
import { sealedRow } from './sealed-row.ts'
import type { Control } from './talk.ts'

const Words = z.strictObject({ hash: bytes(32), text: z.string() })
const Row = z.strictObject({
  version: z.int(),
  since: z.number(),
  current: Words,
  waiting: Words.extend({ at: z.number() }).optional(),
  /** What the person has looked at. */
  seen: Words,
  seenWaiting: bytes(32).optional(),
})
export type KeptPolicy = z.infer<typeof Row>

export const policyRow = sealedRow('policy', Row)

/** The policy after the co-signer spoke. The first one was looked at where it was set up. */
export function heardPolicy(
  known: KeptPolicy | undefined,
  { version, since, hash, text, waiting }: Control<'policy'>,
): KeptPolicy {
  const words = (one: { hash: Uint8Array; text: Uint8Array }) => ({
    hash: one.hash,
    text: new TextDecoder().decode(one.text),
  })
  const current = words({ hash, text })
  return {
    version,
    since: Number(since),
    current,
    ...(waiting && { waiting: { ...words(waiting), at: Number(waiting.at) } }),
    seen: known?.seen ?? current,
    ...(known?.seenWaiting && { seenWaiting: known.seenWaiting }),
  }
}

/** The person has looked. */
export function lookedAt(policy: KeptPolicy): KeptPolicy {
  const { waiting, seenWaiting: _, ...rest } = policy
  return {
    ...rest,
    seen: policy.current,
    ...(waiting && { waiting, seenWaiting: waiting.hash }),
  }
}

export function policyView({
  version,
  since,
  current,
  waiting,
  seen,
  seenWaiting,
}: KeptPolicy): PolicyView {
  return {
    version,
    since,
    text: current.text,
    ...(!equalBytes(current.hash, seen.hash) && { before: seen.text }),
    ...(waiting && {
      waiting: {
        text: waiting.text,
        at: waiting.at,
        isSeen: seenWaiting !== undefined && equalBytes(waiting.hash, seenWaiting),
      },
    }),
  }
}
