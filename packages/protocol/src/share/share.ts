import type { SuiteId } from '../core/suite.ts'
import type { PartyId } from '../party.ts'

/** A holder that is a machine: its Ed25519 identity key signs certificates. */
export type Device = { readonly id: PartyId; readonly identityPk: Uint8Array }

/** One key of one suite, as one party holds it. Bytes are in the suite's own encodings. */
export type KeyShare = {
  readonly suite: SuiteId
  /** `H("key-id", u8(suite), X)`, 32 bytes. */
  readonly keyId: Uint8Array
  /** `H("epoch", tau, u8(suite))`, 32 bytes: names this key in this epoch. */
  readonly epochSid: Uint8Array
  /** Secret: my Shamir share, 32 bytes. */
  readonly secret: Uint8Array
  /** The group key X. */
  readonly publicKey: Uint8Array
  /** `Σ_i F_{i,k}` for k = 0..t-1; the first is X. */
  readonly commitments: readonly Uint8Array[]
  /** `S_id = s_id·G` for every holder. */
  readonly publicShares: ReadonlyMap<PartyId, Uint8Array>
  /** BIP-32 chain code of the root, 32 bytes. */
  readonly chainCode: Uint8Array
}

/** The long-lived oblivious transfers towards one peer, both directions. Secret, all of it. */
export type OtSetup = {
  /** Starts at 0, +1 with every RE-OT. */
  readonly otNo: number
  /** I receive in the extension: both seeds of each of the 128 base OTs, 128·32 bytes each. */
  readonly asReceiver: { readonly k0: Uint8Array; readonly k1: Uint8Array }
  /** I send in the extension: my 128 choice bits (16 bytes) and the chosen seeds (128·32 bytes). */
  readonly asSender: { readonly delta: Uint8Array; readonly k: Uint8Array }
}

/** What I share with one other device. */
export type Peer = {
  readonly id: PartyId
  /** Secret, 32 bytes: common randomness for the zero shares of a signature. */
  readonly zsSeed: Uint8Array
  readonly ot: OtSetup
}

/** The verified backup of the passive recovery party. Public: worthless without both half-phrases. */
export type Backup = {
  readonly publicKey: Uint8Array
  /** CT_i by contributor: the ciphertexts of all suites, ascending. */
  readonly ciphertexts: ReadonlyMap<PartyId, Uint8Array>
}

/** Everything one party keeps of a wallet in one epoch: the keys of all suites. */
export type WalletShare = {
  readonly epoch: number
  readonly t: number
  readonly me: PartyId
  readonly holders: readonly PartyId[]
  readonly devices: readonly Device[]
  /** Ascending by suite. */
  readonly keys: readonly KeyShare[]
  readonly peers: readonly Peer[]
  readonly backup: Backup | undefined
  /** The certified record of the ceremony, encoded; see dkg/record.ts. */
  readonly record: Uint8Array
}
