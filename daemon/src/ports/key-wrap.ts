/**
 * Wraps data keys under a key that stays where it is: in a token, a TPM, a file or a person's head.
 *
 * `context` is authenticated and not stored: what was wrapped for one share unwraps for no other.
 */
export interface KeyWrap {
  readonly kind: KeyWrapKind

  /** @param key 32 bytes. @throws {KeyWrapError} */
  wrap(key: Uint8Array, context: Uint8Array): Promise<Uint8Array>

  /**
   * @returns 32 bytes, for the caller to wipe.
   * @throws {KeyWrapError} also when `context` is another one: it only says that it failed.
   */
  unwrap(wrapped: Uint8Array, context: Uint8Array): Promise<Uint8Array>

  close(): Promise<void>
}

export type KeyWrapKind = 'key-file' | 'passphrase' | 'pkcs11' | 'tpm'

/**
 * - `sealed`       the PIN or passphrase has not been given yet
 * - `wrong-pin`    it was given, and it is another one
 * - `locked`       too many wrong ones: the device refuses for a while
 * - `gone`         the token, TPM or file is not there now
 * - `key-missing`  it is there, without our key. Never a reason to make a new one
 * - `other-boot`   it is there, bound to a start of this machine that was measured differently
 * - `unsafe`       the key can be exported, or the file can be read by others
 * - `failed`       everything else, a wrong context included
 */
export type KeyWrapErrorCode =
  | 'sealed'
  | 'wrong-pin'
  | 'locked'
  | 'gone'
  | 'key-missing'
  | 'other-boot'
  | 'unsafe'
  | 'failed'

export class KeyWrapError extends Error {
  override readonly name = 'KeyWrapError'
  readonly code: KeyWrapErrorCode

  constructor(code: KeyWrapErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
