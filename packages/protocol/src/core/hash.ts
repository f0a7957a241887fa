/**
 * The one way in which this protocol hashes: every argument is length-prefixed, the protocol's
 * version comes first and a tag from a closed list second. PROTOCOL.md, "Encodings and hashes".
 */
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { ascii, concat, lp, toBigInt, u32 } from './bytes.ts'
import { type Midstate, midstateOf } from './sha256-block.ts'

/** Names the wire and every hash input. Changes with any change of either. */
export const PROTOCOL = 'tandem-dkls23-v1'

/** Every tag there is; PROTOCOL.md lists what each one frames. */
export type Tag =
  | 'noise-static'
  | 'key-id'
  | 'epoch'
  | 'sign-hdr'
  | 'sign-sid'
  | 'request'
  | 'payload'
  | 'dkg-params'
  | 'cc'
  | 'dkg-com'
  | 'dkg-sid2'
  | 'pok'
  | 'pok-b'
  | 'dkg-transcript'
  | 'dkg-cc'
  | 'pair-transcript'
  | 'zs'
  | 'ct'
  | 'dkg-cert'
  | 'dkg-abort'
  | 'dkg-ack'
  | 'zs-seed'
  | 'self-test'
  | 'backup-sk'
  | 'backup-fp'
  | 'pve'
  | 'pve-x'
  | 'pve-r'
  | 'pve-e'
  | 'ecies-eph'
  | 'ecies-key'
  | 'bot-sid'
  | 'bot-key'
  | 're-ot'
  | 're-ot-cert'
  | 'ote-sid'
  | 'ote-prg'
  | 'ote-chi'
  | 'ote-chi-k'
  | 'ote-pad'
  | 'rvole-sid'
  | 'gadget'
  | 'rvole-theta'
  | 'rvole-theta-i'
  | 'rvole-mu'
  | 'zeta'
  | 'R-com'
  | 'check-nu'
  | 'hedge'
  | 'frost-ctx'
  | 'pairing-psk'
  | 'pairing-name'
  | 'channel'
  | 'checkpoint'
  | 'factor'
  | 'enrol'
  | 'policy'

const PREFIX = lp(ascii(PROTOCOL))
const tagged = new Map<Tag, Uint8Array>()

/** `LP(version) ‖ LP(tag)`, kept: tags are few. */
function prefix(tag: Tag): Uint8Array {
  let bytes = tagged.get(tag)
  if (!bytes) tagged.set(tag, (bytes = concat(PREFIX, lp(ascii(tag)))))
  return bytes
}

/** `SHA-256(LP(version) ‖ LP(tag) ‖ LP(part)…)`, 32 bytes. */
export function H(tag: Tag, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256.create().update(prefix(tag))
  for (const part of parts) hash.update(u32(part.length)).update(part)
  return hash.digest()
}

/** `SHA-512` over the same framing, 64 bytes. */
export function H512(tag: Tag, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha512.create().update(prefix(tag))
  for (const part of parts) hash.update(u32(part.length)).update(part)
  return hash.digest()
}

/** A scalar below `order` from {@link H512}, read big-endian for every suite. */
export function H2S(order: bigint, tag: Tag, ...parts: readonly Uint8Array[]): bigint {
  return toBigInt(H512(tag, ...parts)) % order
}

/** `compress(IV, P‖P)` with `P = H(tag, part…)`: the prefix of a run of single-block hashes. */
export function midstate(tag: Tag, ...parts: readonly Uint8Array[]): Midstate {
  return midstateOf(H(tag, ...parts))
}

/** RFC 9380 starts every message with a block of zeros: SHA-512 after it, kept. */
const afterZeroPad = sha512.create().update(new Uint8Array(128))

/**
 * 64 uniform bytes by RFC 9380 `expand_message_xmd` with SHA-512 under the tag's own domain
 * (`tandem-dkls23-v1/` + tag), over the parts as they are: they have fixed lengths. A ristretto255
 * group maps them to a point whose logarithm nobody knows.
 */
export function expandToPoint(tag: 'bot-0' | 'bot-1', ...parts: readonly Uint8Array[]): Uint8Array {
  const name = ascii(`${PROTOCOL}/${tag}`)
  const domain = concat(name, Uint8Array.of(name.length))
  // RFC 9380, 5.3.1 steps 7 and 8; 64 bytes are one block, so b_1 is the whole output.
  const b0 = afterZeroPad
    .clone()
    .update(concat(...parts, Uint8Array.of(0, 64, 0), domain))
    .digest()
  return sha512(concat(b0, Uint8Array.of(1), domain))
}
