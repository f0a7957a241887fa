/**
 * Two handshakes of the Noise Protocol Framework, revision 34, as pure state machines:
 * Noise_XXpsk3_25519_ChaChaPoly_SHA256 for devices that meet for the first time with a secret in
 * hand, and Noise_KK_25519_ChaChaPoly_SHA256 for devices that have pinned each other.
 *
 * | message | XXpsk3 (initiator = >) | KK (both static keys known) |
 * | --- | --- | --- |
 * | 0 | > e | > e, es, ss |
 * | 1 | < e, ee, s, es | < e, ee, se |
 * | 2 | > s, se, psk | |
 *
 * The transport must keep order and boundaries; it need not be secret. Message 0 of KK can be
 * replayed: the answer is useless to the one who replays it, so a responder believes in its peer
 * with the first record that opens, not before. An initiator of XXpsk3 likewise.
 */
import { UsageError } from '../../abort.ts'
import { TAG_LENGTH } from '../../core/aead.ts'
import { EMPTY, concat, wipe } from '../../core/bytes.ts'
import { type Once, once } from '../../core/once.ts'
import { type DhKeys, dh, dhKeys } from '../../core/x25519.ts'
import type { Rng } from '../../rng.ts'
import {
  type Symmetric,
  decryptAndHash,
  encryptAndHash,
  mixHash,
  mixKey,
  mixKeyAndHash,
  split,
  symmetric,
  wipeSymmetric,
} from './symmetric.ts'

type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'psk'

const patterns: Readonly<Record<Pattern, readonly (readonly Token[])[]>> = {
  XXpsk3: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se', 'psk']],
  KK: [
    ['e', 'es', 'ss'],
    ['e', 'ee', 'se'],
  ],
}

export type Pattern = 'XXpsk3' | 'KK'

/** Nothing before the end of a handshake may be longer. */
export const MAX_HANDSHAKE = 4096

const KEY_LENGTH = 32

/** What one side brings. The psk, 32 bytes, is consumed and wiped; the static keys are not. */
export type Start = {
  readonly initiator: boolean
  /** What both sides must have seen alike before. */
  readonly prologue: Uint8Array
  readonly keys: DhKeys
} & (
  | { readonly pattern: 'XXpsk3'; readonly psk: Uint8Array }
  | { readonly pattern: 'KK'; readonly peerKey: Uint8Array }
)

/** A handshake between two messages. It continues once. */
export type Handshake = {
  readonly pattern: Pattern
  readonly initiator: boolean
  /** The number of the next message; even ones are the initiator's. */
  readonly turn: number
  readonly inner: Once<Inner>
}

/** The keys of one connection, 32 bytes each; the caller owns them. */
export type Session = {
  readonly sendKey: Uint8Array
  readonly receiveKey: Uint8Array
  /** The transcript hash: names this connection, the same on both sides, and is not secret. */
  readonly binding: Uint8Array
  /** The static key that the peer has proven to hold. */
  readonly peerKey: Uint8Array
}

/** What a message of the peer said. */
export type Read = {
  readonly handshake: Handshake
  readonly payload: Uint8Array
  /** The peer's static key, as far as it is known; proven once it comes out of here. */
  readonly peerKey: Uint8Array
}

/** Secrets of a handshake, changed in place while one message is worked on. */
type Inner = {
  readonly keys: DhKeys
  psk: Uint8Array
  ephemeral: DhKeys | undefined
  peerKey: Uint8Array
  peerEphemeral: Uint8Array
  readonly symmetric: Symmetric
}

/** Whose message comes next, or the end. */
export function whoseTurn({ pattern, initiator, turn }: Handshake): 'mine' | 'peer' | 'done' {
  if (turn === patterns[pattern].length) return 'done'
  return (turn % 2 === 0) === initiator ? 'mine' : 'peer'
}

export function startHandshake(start: Start): Handshake {
  const { pattern, initiator, prologue, keys } = start
  const state = symmetric(`Noise_${pattern}_25519_ChaChaPoly_SHA256`)
  mixHash(state, prologue)
  const inner: Inner = {
    keys,
    psk: EMPTY,
    ephemeral: undefined,
    peerKey: EMPTY,
    peerEphemeral: EMPTY,
    symmetric: state,
  }
  if (start.pattern === 'XXpsk3') {
    if (start.psk.length !== KEY_LENGTH) throw new UsageError(`psk: expected ${KEY_LENGTH} bytes`)
    inner.psk = start.psk
  } else {
    inner.peerKey = start.peerKey
    mixHash(state, initiator ? keys.publicKey : start.peerKey)
    mixHash(state, initiator ? start.peerKey : keys.publicKey)
  }
  return { pattern, initiator, turn: 0, inner: once('handshake', inner) }
}

/** My next message, with `payload` encrypted in it. rng label: `noise-e` (32). */
export function writeMessage(
  handshake: Handshake,
  payload: Uint8Array,
  rng: Rng,
): { readonly handshake: Handshake; readonly message: Uint8Array } {
  if (whoseTurn(handshake) !== 'mine') throw new UsageError('handshake: not my turn')
  const inner = handshake.inner.take()
  const parts: Uint8Array[] = []
  guarded(inner, () => {
    for (const token of tokens(handshake)) {
      if (token === 'e') {
        inner.ephemeral = dhKeys(rng('noise-e', KEY_LENGTH))
        parts.push(inner.ephemeral.publicKey)
        mixEphemeral(inner, handshake, inner.ephemeral.publicKey)
      } else if (token === 's') parts.push(encryptAndHash(inner.symmetric, inner.keys.publicKey))
      else mixToken(inner, handshake, token)
    }
    parts.push(encryptAndHash(inner.symmetric, payload))
  })
  return { handshake: next(handshake, inner), message: concat(...parts) }
}

/**
 * The payload of the peer's next message.
 *
 * @throws {HandshakeError} and the handshake is over, its secrets wiped.
 */
export function readMessage(handshake: Handshake, message: Uint8Array): Read {
  if (whoseTurn(handshake) !== 'peer') throw new UsageError("handshake: not the peer's turn")
  const inner = handshake.inner.take()
  let at = 0
  const take = (length: number) => {
    if (at + length > message.length) throw new HandshakeError()
    at += length
    return message.slice(at - length, at)
  }
  const payload = guarded(inner, () => {
    // SECURITY: whoever can reach the port chooses these bytes, so they are few. Test: src/wire/channel/noise.test.ts "a handshake message above 4 KiB costs nothing"
    if (message.length > MAX_HANDSHAKE) throw new HandshakeError()
    for (const token of tokens(handshake)) {
      if (token === 'e') {
        inner.peerEphemeral = take(KEY_LENGTH)
        mixEphemeral(inner, handshake, inner.peerEphemeral)
      } else if (token === 's') inner.peerKey = decrypt(inner, take(KEY_LENGTH + TAG_LENGTH))
      else mixToken(inner, handshake, token)
    }
    return decrypt(inner, message.slice(at))
  })
  return { handshake: next(handshake, inner), payload, peerKey: inner.peerKey }
}

/** The keys, after the last message. */
export function finishHandshake(handshake: Handshake): Session {
  if (whoseTurn(handshake) !== 'done') throw new UsageError('handshake: not at its end')
  const inner = handshake.inner.take()
  const [fromInitiator, fromResponder] = split(inner.symmetric)
  const { peerKey } = inner
  const binding = inner.symmetric.hash
  wipeInner(inner)
  return handshake.initiator
    ? { sendKey: fromInitiator, receiveKey: fromResponder, binding, peerKey }
    : { sendKey: fromResponder, receiveKey: fromInitiator, binding, peerKey }
}

/** Gives a handshake up: its secrets are wiped. */
export function abandon(handshake: Handshake): void {
  wipeInner(handshake.inner.take())
}

function tokens({ pattern, turn }: Handshake): readonly Token[] {
  return patterns[pattern][turn]!
}

function next(handshake: Handshake, inner: Inner): Handshake {
  return { ...handshake, turn: handshake.turn + 1, inner: once('handshake', inner) }
}

/** Whatever goes wrong, the secrets do not outlive it. */
function guarded<T>(inner: Inner, work: () => T): T {
  try {
    return work()
  } catch (error) {
    wipeInner(inner)
    throw error
  }
}

function wipeInner({ psk, ephemeral, symmetric: state }: Inner): void {
  wipe(psk)
  wipeSymmetric(state)
  if (ephemeral) wipe(ephemeral.secret)
}

function decrypt(inner: Inner, sealed: Uint8Array): Uint8Array {
  const plaintext = decryptAndHash(inner.symmetric, sealed)
  if (!plaintext) throw new HandshakeError()
  return plaintext
}

/** In a psk handshake the ephemeral key enters the chain too (Noise, 9.2). */
function mixEphemeral(inner: Inner, { pattern }: Handshake, publicKey: Uint8Array): void {
  mixHash(inner.symmetric, publicKey)
  if (pattern === 'XXpsk3') mixKey(inner.symmetric, publicKey)
}

function mixToken(inner: Inner, { initiator }: Handshake, token: Exclude<Token, 'e' | 's'>): void {
  if (token === 'psk') {
    mixKeyAndHash(inner.symmetric, inner.psk)
    return
  }
  // The first letter is the initiator's key, the second the responder's.
  const [mine, theirs] = initiator ? [token[0], token[1]] : [token[1], token[0]]
  const pair = mine === 'e' ? inner.ephemeral : inner.keys
  const shared = dh(pair!.secret, theirs === 'e' ? inner.peerEphemeral : inner.peerKey)
  if (!shared) throw new HandshakeError()
  mixKey(inner.symmetric, shared)
  wipe(shared)
}

/** The handshake failed. It does not say at what: bytes, keys, psk and prologue look alike. */
export class HandshakeError extends Error {
  override readonly name = 'HandshakeError'

  constructor() {
    super('handshake failed')
  }
}
