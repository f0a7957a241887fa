/**
 * A file that opens with a passphrase only, and only as it was written: whole, from its first byte to
 * its last.
 */
export interface PassphraseFile {
  /** @param words UTF-8, for the caller to wipe once everything was read from what is returned. */
  encrypt(words: Uint8Array, plain: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>>

  /**
   * @returns the plain bytes. Nothing of it may be used before its end came without an error.
   * @throws {BackupError} also while it is read.
   */
  decrypt(words: Uint8Array, cipher: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>>
}

/**
 * - `foreign`           it is another kind of file
 * - `wrong-passphrase`  it opens with another one
 * - `damaged`           bytes of it were changed, or are missing
 * - `newer`             it was written by a later version of the program
 */
export type BackupErrorCode = 'foreign' | 'wrong-passphrase' | 'damaged' | 'newer'

export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
