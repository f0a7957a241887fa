import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { UsageError } from './abort.ts'
import { ascii, concat, lp, u16, u64, wipe } from './core/bytes.ts'

/**
 * Draws `length` uniform bytes for the value named `label` (`phi`, `bot-a/17`). Every random value
 * of a session has its own label, so that a run can be replayed and the order of draws is free.
 */
export type Rng = (label: string, length: number) => Uint8Array

/** Refuses a second draw of one label. */
export function oncePerLabel(rng: Rng): Rng {
  const drawn = new Set<string>()
  return (label, length) => {
    // SECURITY: a label drawn twice is one value used twice, a nonce among them. Test: src/rng.test.ts "a label drawn twice is refused"
    if (drawn.has(label)) throw new UsageError(`rng label ${label} drawn twice in one session`)
    drawn.add(label)
    const bytes = rng(label, length)
    if (bytes.length !== length)
      throw new UsageError(`rng gave ${bytes.length} bytes for ${label}, expected ${length}`)
    return bytes
  }
}

/** What the hedge mixes with the kernel's entropy. */
export type Hedge = {
  /** 32 secret bytes that are stored with the share. */
  readonly key: Uint8Array
  /** 64 bytes read from the kernel for this request. */
  readonly os64: Uint8Array
  readonly bootCounter: bigint
  /** 16 bytes drawn when the process started. */
  readonly incarnation: Uint8Array
}

/**
 * Randomness that stays safe when the operating system repeats itself (a cloned machine, a stuck
 * generator): each value also depends on a stored secret and, through `bind`, on the request and on
 * the whole message that is answered. `bind` is `H("hedge", context, body)`.
 *
 * HKDF-SHA512, RFC 5869: ikm = key ‖ os64 ‖ u64(bootCounter) ‖ incarnation, salt = bind,
 * info = LP(label) ‖ u16(length).
 */
export function hedgedRng({ key, os64, bootCounter, incarnation }: Hedge, bind: Uint8Array): Rng {
  if (key.length !== 32) throw new UsageError('hedge key: expected 32 bytes')
  if (os64.length !== 64) throw new UsageError('os64: expected 64 bytes')
  if (incarnation.length !== 16) throw new UsageError('incarnation: expected 16 bytes')
  const ikm = concat(key, os64, u64(bootCounter), incarnation)
  // Extracted once: a ceremony draws some thousand labels.
  const prk = extract(sha512, ikm, bind)
  wipe(ikm)
  return oncePerLabel((label, length) =>
    expand(sha512, prk, concat(lp(ascii(label)), u16(length)), length),
  )
}
