/**
 * Why the co-signer and this browser did not get on.
 *
 * - `away`        it does not answer, or stopped answering
 * - `no-wallet`   nothing is paired or made here yet
 * - `other`       somebody else answers than the one that was paired
 * - `refused`     it said no to making or changing keys; the reason is its own
 * - `version`     the two programs speak, or read requests, differently
 * - `busy`        something else is going on with these keys
 * - `rollback`, `fork`, `forged`  its log is not the one that this browser saw
 * - `misbehaved`  a check failed that only a broken or lying co-signer fails
 * - `timeout`     it stopped answering halfway
 */
export type CosignerCode =
  | 'away'
  | 'no-wallet'
  | 'other'
  | 'refused'
  | 'version'
  | 'busy'
  | 'rollback'
  | 'fork'
  | 'forged'
  | 'misbehaved'
  | 'timeout'

export class CosignerError extends Error {
  override readonly name = 'CosignerError'
  readonly code: CosignerCode

  constructor(code: CosignerCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
