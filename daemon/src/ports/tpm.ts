/**
 * A TPM 2.0, by the commands of tpm2-tools. Arguments and files are for what is no secret; what is one
 * comes back on standard output.
 */
export interface Tpm {
  /**
   * Runs `work` while nobody else here uses the TPM. All its commands together have five seconds, and
   * an empty folder of their own, which is gone afterwards.
   *
   * @throws {TpmError}
   */
  turn<T>(work: (run: RunTool, folder: string) => Promise<T>): Promise<T>
}

/** @returns what the tool wrote, for the caller to wipe. @throws {TpmError} */
export type RunTool = (tool: string, ...args: readonly string[]) => Promise<Uint8Array>

/**
 * - `gone`     there is no TPM, or it did not answer in time
 * - `refused`  it answered with an error
 */
export type TpmErrorCode = 'gone' | 'refused'

export class TpmError extends Error {
  override readonly name = 'TpmError'
  readonly code: TpmErrorCode
  /** TPM_RC without the places of handles, parameters and sessions; nothing when the tool itself failed. */
  readonly response: number | undefined

  constructor(code: TpmErrorCode, message: string, response?: number) {
    super(message)
    this.code = code
    this.response = response
  }
}

/** Responses that mean something to us. */
export const TPM_RC = {
  /** The object was made by another TPM, or before this one was cleared. */
  integrity: 0x09f,
  policyFail: 0x09d,
  /** PCRs were extended while a policy was being proven. */
  pcrChanged: 0x128,
  /** There is nothing behind this handle or index. */
  handle: 0x08b,
  nvDefined: 0x14c,
  lockout: 0x921,
} as const
