import type { OtSetup, Prepared, Proposal, WalletShare } from '@tandem/protocol'

/**
 * The computations of ceremonies. One takes up to seconds, and the group's code keeps scalars in its
 * memory: where signatures go on meanwhile, it is done elsewhere.
 */
export interface Ceremonies {
  /** For one ceremony or one RE-OT. Nothing is held before its first message. */
  begin(): Computing
}

/**
 * What the protocol package computes for the side that answers, with its errors. Secrets that go in
 * are copied: the caller wipes its own. After an error only `drop` is left.
 *
 * Every message has a `seed` of its own: 32 secret bytes, and what they are bound to.
 */
export type Computing = {
  /** @throws {ProtocolAbort} @throws {CeremonyError} */
  answerG1(input: G1Input, body: Uint8Array, seed: Seed): Promise<Uint8Array>
  /** The share in it is the caller's. @throws {ProtocolAbort} @throws {CeremonyError} */
  answerG3(
    body: Uint8Array,
    seed: Seed,
  ): Promise<{ readonly prepared: Prepared; readonly g4: Uint8Array }>
  /** @throws {ProtocolAbort} @throws {CeremonyError} */
  answerN1(input: N1Input, body: Uint8Array, seed: Seed): Promise<Uint8Array>
  /** The setup is the caller's. @throws {ProtocolAbort} @throws {CeremonyError} */
  answerN3(body: Uint8Array): Promise<NewOt>
  /** It ends here, done or not: what it held is wiped. May be called again. */
  drop(): void
}

export type Seed = { readonly key: Uint8Array; readonly bind: Uint8Array }

export type G1Input = {
  readonly proposal: Proposal
  /** Our identity's secret key. */
  readonly identity: Uint8Array
  /** Our half of the backup secret. */
  readonly half?: Uint8Array | undefined
  /** Our share of the old epoch, in a rotation. */
  readonly share?: WalletShare | undefined
}

export type N1Input = {
  readonly share: WalletShare
  readonly otNo: number
  readonly identity: Uint8Array
}

export type NewOt = {
  readonly sid: Uint8Array
  readonly tau: Uint8Array
  readonly setup: OtSetup
  readonly n4: Uint8Array
}

/** The machine could not compute it; nobody is to blame, and nothing of it is left. */
export class CeremonyError extends Error {
  override readonly name = 'CeremonyError'
}
