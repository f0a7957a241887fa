/** Passkeys: keys in a person's authenticator, which signs only for the origin that made them. */
export interface Authenticator {
  /**
   * @param origin of the device that offers it; without one, those of the settings.
   * @returns the key that was made for this challenge, at an origin of ours, by a person who was
   *   there and was verified; nothing for anything else.
   */
  made(
    registration: Registration,
    challenge: Uint8Array,
    origin?: string,
  ): Promise<Passkey | undefined>

  /**
   * @returns the key's new counter, when it signed this challenge at the origin that made it, and the
   *   person was there and was verified; nothing for anything else, a counter that went back included.
   */
  signed(assertion: Assertion, passkey: Passkey, challenge: Uint8Array): Promise<number | undefined>
}

export type Passkey = {
  readonly id: Uint8Array
  /** COSE. */
  readonly publicKey: Uint8Array
  /** 0 for good where an authenticator has none. */
  readonly counter: number
  /** Where it was made; absent: at one of the settings. */
  readonly origin?: string
}

/** What a browser gives when a key was made. */
export type Registration = {
  readonly credentialId: Uint8Array
  readonly attestation: Uint8Array
  readonly clientData: Uint8Array
}

/** What a browser gives when a key has signed. */
export type Assertion = {
  readonly credentialId: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
}
