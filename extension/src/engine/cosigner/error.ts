/**
 * Why the co-signer and this browser did not get on.
 *
 * - `away`        it does not answer, or stopped answering
 * - `locked`      it runs, but has too much to do, or the key that opens its shares is not there
 * - `revoked`     it does not let this browser in any more
 * - `replaced`    this browser's keys are in use at another place, which came later
 * - `breaker`     it missed too many answers: it is left alone for a while
 * - `no-wallet`   nothing is paired or made here yet
 * - `other`       somebody else answers than the one that was paired
 * - `refused`     it said no to making or changing keys; the reason is its own
 * - `version`     the two programs speak, or read requests, differently
 * - `busy`        something else is going on with these keys
 * - `lost`        one of both machines has keys that the other never heard of
 * - `other-words`  there is a wallet already, and these words are not this machine's half of its phrase
 * - `burned`      a check failed while signing: the link has to be renewed first
 * - `too-early`   a person at the co-signer has not agreed yet, or time has to go by
 * - `rollback`, `fork`, `forged`  its log is not the one that this browser saw
 * - `misbehaved`  a check failed that only a broken or lying co-signer fails
 * - `timeout`     it stopped answering halfway
 * - `stopped`     its person stopped a signature before anything was signed
 * - `internal`    something is wrong with this program
 */
export type CosignerCode =
  | 'away'
  | 'locked'
  | 'revoked'
  | 'replaced'
  | 'breaker'
  | 'no-wallet'
  | 'other'
  | 'refused'
  | 'version'
  | 'busy'
  | 'lost'
  | 'other-words'
  | 'burned'
  | 'too-early'
  | 'rollback'
  | 'fork'
  | 'forged'
  | 'misbehaved'
  | 'timeout'
  | 'stopped'
  | 'internal'

export class CosignerError extends Error {
  override readonly name = 'CosignerError'
  readonly code: CosignerCode

  constructor(code: CosignerCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
