import type { KeyWrapError } from '../ports/key-wrap.ts'

/**
 * What a device or a person at the command line may hear.
 *
 * - `bad-message`      not a message of the protocol, or one that does not belong here
 * - `unknown-wallet`   this device has no such wallet
 * - `unknown-chain`    the chain is not set up
 * - `version`          the two programs do not read requests in the same way
 * - `unreadable`       the payload is not exactly one request
 * - `mismatch`         the payload says something else than the message around it
 * - `conflict`         this request id stands for another request
 * - `rolled-back`      the device has seen a later state of this daemon
 * - `busy`             something else is going on with this wallet
 * - `sealed`           the key that opens the shares is not there now
 * - `timeout`          what the device had to say next did not come
 * - `revoked`          this device may not sign any more
 * - `wrong-factor`     what was shown as a second factor proves nothing
 * - `too-early`        too many wrong ones: the next one has to wait
 */
export type ClientErrorCode =
  | 'bad-message'
  | 'unknown-wallet'
  | 'unknown-chain'
  | 'version'
  | 'unreadable'
  | 'mismatch'
  | 'conflict'
  | 'rolled-back'
  | 'busy'
  | 'sealed'
  | 'timeout'
  | 'revoked'
  | 'wrong-factor'
  | 'too-early'

/** A refusal that changes nothing but a row of the log. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode

  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** What a device hears while the key is away: it may ask again, and is told nothing of the key. */
export function sealedAway(cause?: KeyWrapError): ClientError {
  return new ClientError('sealed', 'the co-signer cannot open its secrets now', cause)
}
