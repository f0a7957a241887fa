/**
 * How two devices come to share a channel. A transport frame carries one message; the first one says
 * in clear which handshake it opens, and for a session by whom, so that the other end finds its
 * pinned keys.
 *
 * ```
 * first frame  = u8(1) ‖ XXpsk3 message 0            pairing
 *              | u8(2) ‖ noisePk(32) ‖ KK message 0  session
 * other frames = the handshake message
 * prologue     = H("channel", "XXpsk3" or "KK", u8(initiator), u8(responder))
 * psk          = H("pairing-psk", the 16 secret bytes of the pairing link)
 * ```
 *
 * In a pairing messages 1 and 2 carry the card of their sender (identity.ts); every other payload is
 * empty. An identity is pinned only after the first record of the new channel has opened: before it,
 * an initiator does not know that the other end knew the secret.
 */
import { DecodeError, UsageError } from '../../abort.ts'
import { EMPTY, ascii, concat, cursor, equalBytes, exactLength, u8 } from '../../core/bytes.ts'
import { H } from '../../core/hash.ts'
import type { DhKeys } from '../../core/x25519.ts'
import type { PartyId } from '../../party.ts'
import type { Rng } from '../../rng.ts'
import { CARD_LENGTH, type Pinned, readCard } from './identity.ts'
import {
  type Handshake,
  HandshakeError,
  MAX_HANDSHAKE,
  abandon,
  finishHandshake,
  readMessage,
  startHandshake,
  whoseTurn,
  writeMessage,
} from './noise.ts'
import { type Channel, channelOf } from './record.ts'

const PAIRING = 1
const SESSION = 2
const SECRET_LENGTH = 16

/** Who meets whom, and on what ground. */
export type Terms = { readonly me: PartyId; readonly peer: PartyId; readonly keys: DhKeys } & (
  | { readonly kind: 'pairing'; readonly secret: Uint8Array; readonly card: Uint8Array }
  | { readonly kind: 'session'; readonly peerNoisePk: Uint8Array }
)

type PairingTerms = Terms & { readonly kind: 'pairing' }

/** A connection that is being made. It continues once. */
export type Connecting = {
  readonly terms: Terms
  readonly handshake: Handshake
  readonly pinned: Pinned | undefined
}

/** A frame to send, if any, and what is waited for or what was reached. */
export type Step = { readonly send: Uint8Array | undefined } & (
  | { readonly done: false; readonly connecting: Connecting }
  /** `pinned` of a pairing: who is at the other end. */
  | { readonly done: true; readonly channel: Channel; readonly pinned: Pinned | undefined }
)

/** What a first frame asks for, so that the other end can choose its terms. */
export type Call =
  | { readonly kind: 'pairing' }
  | { readonly kind: 'session'; readonly noisePk: Uint8Array }

/** Opens a connection. */
export function dial(terms: Terms, rng: Rng): Step {
  const clear = clearPart(terms.kind, terms.keys.publicKey)
  return proceed(terms, begin(terms, true), undefined, rng, clear)
}

/** @throws {DecodeError} for a frame that opens nothing. What it says is not proven yet. */
export function readCall(frame: Uint8Array): Call {
  if (frame.length > MAX_HANDSHAKE)
    throw new DecodeError('LENGTH', 'call', `at most ${MAX_HANDSHAKE} bytes`)
  if (frame[0] === PAIRING) return { kind: 'pairing' }
  if (frame[0] !== SESSION) throw new DecodeError('ENCODING', 'call.kind', 'a pairing or a session')
  return { kind: 'session', noisePk: cursor(frame.subarray(1), 'call').take(32, 'noisePk') }
}

/**
 * Answers a first frame.
 *
 * @throws {HandshakeError}
 */
export function answer(terms: Terms, frame: Uint8Array, rng: Rng): Step {
  const clear = clearPart(terms.kind, terms.kind === 'session' ? terms.peerNoisePk : EMPTY)
  if (!equalBytes(frame.subarray(0, clear.length), clear)) throw new HandshakeError()
  const connecting = { terms, handshake: begin(terms, false), pinned: undefined }
  return advance(connecting, frame.subarray(clear.length), rng)
}

/**
 * Takes the next frame.
 *
 * @throws {HandshakeError} whatever was wrong; the connection is over.
 */
export function advance(
  { terms, handshake, pinned }: Connecting,
  frame: Uint8Array,
  rng: Rng,
): Step {
  const read = readMessage(handshake, frame)
  const card = carriesCard(terms, handshake.turn)
  try {
    if (!card) exactLength(read.payload, 0, 'handshake payload')
    const peer = card ? readCard(read.payload, read.peerKey, terms.peer) : pinned
    return proceed(terms, read.handshake, peer, rng, EMPTY)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    abandon(read.handshake)
    throw new HandshakeError()
  }
}

/** Says what is mine to say. `clear` goes before it. */
function proceed(
  terms: Terms,
  before: Handshake,
  pinned: Pinned | undefined,
  rng: Rng,
  clear: Uint8Array,
): Step {
  let handshake = before
  let send: Uint8Array | undefined
  if (whoseTurn(handshake) === 'mine') {
    const payload = carriesCard(terms, handshake.turn) ? terms.card : EMPTY
    const written = writeMessage(handshake, payload, rng)
    handshake = written.handshake
    send = concat(clear, written.message)
  }
  if (whoseTurn(handshake) !== 'done')
    return { send, done: false, connecting: { terms, handshake, pinned } }
  const { me, peer } = terms
  return { send, done: true, channel: channelOf(me, peer, finishHandshake(handshake)), pinned }
}

function begin(terms: Terms, initiator: boolean): Handshake {
  const { me, peer, keys } = terms
  const [first, second] = initiator ? [me, peer] : [peer, me]
  const prologue = (pattern: string) => H('channel', ascii(pattern), u8(first), u8(second))
  if (terms.kind === 'session')
    return startHandshake({
      pattern: 'KK',
      initiator,
      prologue: prologue('KK'),
      keys,
      peerKey: terms.peerNoisePk,
    })
  if (terms.secret.length !== SECRET_LENGTH)
    throw new UsageError(`pairing secret: expected ${SECRET_LENGTH} bytes`)
  if (terms.card.length !== CARD_LENGTH) throw new UsageError(`card: expected ${CARD_LENGTH} bytes`)
  const psk = H('pairing-psk', terms.secret)
  return startHandshake({ pattern: 'XXpsk3', initiator, prologue: prologue('XXpsk3'), keys, psk })
}

function carriesCard(terms: Terms, turn: number): terms is PairingTerms {
  return terms.kind === 'pairing' && turn > 0
}

function clearPart(kind: Terms['kind'], callerNoisePk: Uint8Array): Uint8Array {
  return kind === 'pairing' ? u8(PAIRING) : concat(u8(SESSION), callerNoisePk)
}
