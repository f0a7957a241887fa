/** What the person shows as a second factor. */
export type Proof =
  | { readonly kind: 'code'; readonly code: string }
  /** WebAuthn, for the challenge that the verdict carries. */
  | {
      readonly kind: 'passkey'
      readonly credentialId: Uint8Array
      readonly authenticatorData: Uint8Array
      readonly clientData: Uint8Array
      readonly signature: Uint8Array
    }
