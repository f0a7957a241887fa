/** What screens ask about the co-signer, through the background: the engine answers. */

export type CosignerView = {
  readonly address: string
  readonly word:
    | 'none'
    | 'connecting'
    | 'ready'
    | 'locked'
    | 'away'
    | 'version'
    | 'revoked'
    | 'replaced'
    | 'misbehaved'
    | 'history'
    | 'lost'
  /** The code behind the word, where something is wrong. */
  readonly code?: string
  readonly version?: { readonly theirs?: string; readonly ours: string }
  readonly roundTripMs?: number
  /** When it was heard of last. */
  readonly seenAt?: number
  /** Its log, as far as it was compared. */
  readonly log?: {
    readonly length: bigint
    /** When the co-signer signed that state of it. */
    readonly at: number
    /** When it was compared last. */
    readonly checkedAt?: number
  }
  /** Of a log that is not what it was: how long it is shown, and how long it was. */
  readonly history?: { readonly shown: bigint; readonly seen: bigint }
  readonly policy?: PolicyView
  readonly budgets: readonly BudgetView[]
  /** Requests that wait at the co-signer for its person. */
  readonly waiting: readonly WaitingView[]
  readonly shares?: {
    readonly generation: number
    readonly since: number
    /** What the co-signer was in when it was heard of last; absent: the same. */
    readonly theirs?: number
    /** How the wallet is called on the co-signer's machine. */
    readonly wallet: string
  }
  /** A check failed while signing: from when on a fresh link may be made. */
  readonly burned?: { readonly notBefore: number; readonly times: number }
  /** It missed too many answers: left alone until then. */
  readonly breakerUntil?: number
  readonly passkeys: readonly PasskeyView[]
  /** What it said of itself last. */
  readonly inspected?: InspectedView
  readonly timing: Timing
}

export type PolicyView = {
  readonly version: number
  readonly since: number
  /** TOML, as its owner wrote it. */
  readonly text: string
  /** What it was when the person looked last, if it was another one. */
  readonly before?: string
  readonly waiting?: { readonly text: string; readonly at: number; readonly isSeen: boolean }
}

/** What a limit had left when the co-signer said so last. */
export type BudgetView = {
  readonly rule: string
  /** CAIP-19. */
  readonly asset: string
  readonly limit: bigint
  readonly left: bigint
  /** When all of it is left again at the latest. */
  readonly until?: number
  readonly at: number
}

export type WaitingView = {
  /** In hex. */
  readonly requestId: string
  readonly rule: string
  readonly expiresAt: number
}

export type PasskeyView = {
  readonly id: string
  readonly name: string
  /** By which the authenticator knows it. */
  readonly credentialId?: Uint8Array
  readonly state: 'waits' | 'enrolled' | 'refused' | 'removed'
}

export type InspectedView = {
  readonly at: number
  /** Where the key is under which it keeps its secrets. */
  readonly sealing: 'key-file' | 'passphrase' | 'pkcs11' | 'tpm'
  /** Who shares the wallet, this browser first. */
  readonly devices: readonly DeviceView[]
}

export type DeviceView = {
  /** In hex. */
  readonly id: string
  /** As the co-signer knows it. */
  readonly name: string
  readonly isThis: boolean
  readonly pairedAt: number
  readonly signedAt?: number | undefined
}

/** Milliseconds. */
export type Percentiles = {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

export type Timing = {
  readonly verdict?: Percentiles
  /** By suite: `ecdsa`, `taproot`, `ed25519`. */
  readonly signing: Readonly<Record<string, Percentiles>>
  /** The last signatures, oldest first. */
  readonly last: readonly number[]
}

/** A passkey that the browser made for {@link CosignerCalls.passkeyChallenge}. */
export type PasskeyOffer = {
  /** Of the challenge, in hex. */
  readonly id: string
  readonly name: string
  readonly credentialId: Uint8Array
  readonly attestation: Uint8Array
  readonly clientData: Uint8Array
}

export type CosignerCalls = {
  cosigner(): Promise<CosignerView>
  /** A person decided to try again. */
  retryCosigner(): Promise<void>
  /** Where there is no connection, tries now; nothing that was decided is undone. */
  wakeCosigner(): Promise<void>
  /** New shares of the same keys. @throws {EngineError} `not-allowed` until a person has said so at the co-signer */
  refreshShares(): Promise<void>
  /** A fresh link after a burn. @throws {EngineError} `too-early` */
  renewLink(): Promise<void>
  /** The person has looked at the policy as it is now. */
  seenPolicy(): Promise<void>
  /** Asks what it says of itself, and of the devices; the answer comes with the next state. */
  inspectCosigner(): Promise<void>
  passkeyChallenge(): Promise<{ readonly id: string; readonly challenge: Uint8Array }>
  /** Asks how those stand of which the co-signer's person has not decided. */
  askPasskeys(): Promise<void>
  offerPasskey(offer: PasskeyOffer): Promise<PasskeyView['state']>
}
