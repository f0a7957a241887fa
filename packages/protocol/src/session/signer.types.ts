import type { AbortCode } from '../abort.ts'
import type * as dkls from '../dkls23/sign.ts'
import type * as frost from '../frost/sign.ts'
import type { PartyId } from '../party.ts'
import type { Rng } from '../rng.ts'
import type { WalletShare } from '../share/share.ts'
import type { SpokenCode } from '../wire/attempt.ts'
import type { AttemptId, Ledger, Mark } from './marks.ts'
import type { Entry, SigningRequest } from './request.ts'
import type { Next } from './retry.ts'

/** Where a signature stands, in the words that a person is shown. */
export type Phase =
  | 'KeyShare'
  | 'PrepareSign'
  | 'SignRound1'
  | 'SignRound2'
  | 'Verify'
  | 'Complete'
  | 'Aborted'
  | 'Recovery'

/** A flow message by its name in PROTOCOL.md. */
export type Flow = 'F1' | 'F2' | 'F3' | 'F4' | 'S1' | 'S2'

/** One message of signing, after the channel has authenticated it or before it seals it. */
export type Message = AttemptId & {
  readonly from: PartyId
  readonly to: PartyId
  readonly epoch: number
  readonly keyId: Uint8Array
} & (
    | { readonly kind: Flow; readonly body: Uint8Array }
    | { readonly kind: 'ABORT'; readonly code: SpokenCode }
    /** The verified signature: an idempotent answer, or the confirmation of a FROST signature. */
    | { readonly kind: 'RESULT'; readonly body: Uint8Array }
    /** Asks for the RESULT of an entry that may have been signed. */
    | { readonly kind: 'QUERY' }
    | { readonly kind: 'CANCEL' }
  )

/** What happened, told by the caller. */
export type Event =
  /** A person or a policy agreed to sign exactly this list. Also after a DEVIATION, to go on. */
  | { readonly type: 'approve'; readonly request: SigningRequest }
  /** Starts the next attempt of an approved entry: the initiator's side only. */
  | { readonly type: 'begin'; readonly requestId: Uint8Array; readonly index: number }
  | { readonly type: 'message'; readonly message: Message }
  /** The marks of this commit are durable. */
  | { readonly type: 'committed'; readonly commit: number }
  /** The deadline of a session passed. */
  | { readonly type: 'deadline'; readonly id: AttemptId; readonly phase: Phase }
  /** The channel to the peer is gone: every live session ends. */
  | { readonly type: 'disconnected' }
  | { readonly type: 'cancel'; readonly requestId: Uint8Array }
  /** The time to remember a request is over. */
  | { readonly type: 'forget'; readonly requestId: Uint8Array }
  /** What the peer says of itself on connecting: with another OT setup than ours it signs nothing. */
  | { readonly type: 'connected'; readonly otNo: number }
  /** Asks the peer whether a released entry was signed. */
  | { readonly type: 'query'; readonly requestId: Uint8Array; readonly index: number }

/** What the caller must do, in order. */
export type Effect =
  /**
   * Make these marks durable in one transaction, after those of every earlier commit, then say
   * `committed`. Until then nothing of the session goes out. If it cannot be done, the process ends:
   * the marks decide after a restart.
   */
  | { readonly type: 'commit'; readonly commit: number; readonly marks: readonly Mark[] }
  | { readonly type: 'send'; readonly message: Message }
  /** The session moved: show it, and set its deadline anew ({@link deadlineMs}). */
  | { readonly type: 'phase'; readonly id: AttemptId; readonly phase: Phase }
  | { readonly type: 'outcome'; readonly id: AttemptId; readonly outcome: Outcome }
  /** A message was refused without touching a session. For the log and the rate limit. */
  | {
      readonly type: 'refused'
      readonly code: AbortCode
      readonly kind: Message['kind']
      readonly id: AttemptId
    }
  /**
   * The burn is durable, and the OT setup in the share is zeros now: store the share again. Never
   * store it before this effect.
   */
  | { readonly type: 'destroy-ot' }

export type Outcome =
  /** A FROST responder has no signature before the initiator confirms it. */
  | { readonly phase: 'Complete'; readonly signature: Uint8Array | undefined }
  | {
      readonly phase: 'Aborted'
      readonly code: AbortCode
      readonly culprit: PartyId | undefined
      readonly field: string | undefined
      readonly next: Next
    }
  /** The pair needs a fresh OT setup before it signs with ECDSA again. */
  | { readonly phase: 'Recovery'; readonly code: AbortCode; readonly culprit: PartyId | undefined }

/** What a session waits for, and only the secrets that this needs. */
export type Stage =
  /** `counter` feeds the hedge of the first message. */
  | { readonly at: 'start'; readonly counter: bigint }
  | { readonly at: 'F2'; readonly state: dkls.InitiatorF2 }
  | { readonly at: 'judge F2'; readonly opened: dkls.OpenedF2; readonly body: Uint8Array }
  | { readonly at: 'send F3'; readonly state: dkls.InitiatorF4; readonly f3: Uint8Array }
  | { readonly at: 'F4'; readonly state: dkls.InitiatorF4 }
  | { readonly at: 'judge F1'; readonly opened: dkls.OpenedF1; readonly body: Uint8Array }
  | { readonly at: 'send F2'; readonly state: dkls.ResponderF3; readonly f2: Uint8Array }
  | { readonly at: 'F3'; readonly state: dkls.ResponderF3 }
  | { readonly at: 'judge F3'; readonly opened: dkls.OpenedF3 }
  | { readonly at: 'send F4'; readonly f4: Uint8Array; readonly signature: Uint8Array }
  | { readonly at: 'S2'; readonly state: frost.InitiatorS2 }
  | { readonly at: 'send S2'; readonly s2: Uint8Array }
  | { readonly at: 'confirm' }
  /** `tell` lets the peer know the signature once it is durable. */
  | { readonly at: 'finish'; readonly signature: Uint8Array; readonly tell: boolean }
  | {
      readonly at: 'send abort'
      readonly tell: boolean
      readonly code: AbortCode
      readonly culprit: PartyId | undefined
      readonly field: string | undefined
    }

/** One attempt in memory. It dies with the process and is never resumed. */
export type Live = {
  readonly id: AttemptId
  readonly entry: Entry
  readonly role: 'initiator' | 'responder'
  readonly phase: Phase
  readonly stage: Stage
  /** The commit that the session waits for. */
  readonly commit: number | undefined
}

/** One party's signing with one peer: the ledger, and the sessions in memory. */
export type Signer = {
  readonly share: WalletShare
  readonly peer: PartyId
  readonly ledger: Ledger
  readonly live: ReadonlyMap<string, Live>
  /** The session whose message is being judged: never two at once. */
  readonly judging: string | undefined
  /** The number of the peer's OT setup, once it has said so. */
  readonly peerOtNo: number | undefined
  /** Sessions whose message waits to be judged, oldest first. */
  readonly queue: readonly string[]
  readonly commits: number
}

/**
 * Randomness for one answer: {@link hedgedRng} over fresh kernel entropy, bound to what is
 * answered.
 */
export type Hedged = (bind: Uint8Array) => Rng
