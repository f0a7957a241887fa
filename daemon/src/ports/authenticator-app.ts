/** The codes that an authenticator app shows: RFC 6238 with SHA-1, six digits, thirty seconds. */
export interface AuthenticatorApp {
  /**
   * The time step that a code belongs to, in constant time: that of `at`, the one before or the one
   * after. Nothing for a wrong code.
   */
  stepOf(secret: Uint8Array, code: string, at: Date): number | undefined

  /** What an app scans: `otpauth://totp/…`, with the secret in it. */
  link(secret: Uint8Array): string
}
