/**
 * What is wrong with bytes or text from outside.
 *
 * - `truncated`      ends before it is complete
 * - `trailing`       goes on after its end
 * - `duplicate`      says the same thing twice
 * - `not-canonical`  has another encoding than the one that its meaning encodes to
 * - `not-valid`      is not what the field holds
 * - `unsupported`    is well-formed and of a kind that this wallet does not sign
 * - `wrong-chain`    is for another chain
 * - `wrong-account`  is for somebody else's key
 * - `wrong-domain`   would be valid as another kind of request as well
 * - `checksum`       is an address with a typing error
 * - `limit`          is longer or deeper than any valid one
 * - `missing`        lacks what its meaning depends on
 * - `signature`      is not a signature of this request by this key
 */
export type ChainErrorCode =
  | 'truncated'
  | 'trailing'
  | 'duplicate'
  | 'not-canonical'
  | 'not-valid'
  | 'unsupported'
  | 'wrong-chain'
  | 'wrong-account'
  | 'wrong-domain'
  | 'checksum'
  | 'limit'
  | 'missing'
  | 'signature'

/** A request, address or signature that is refused. Holds no part of what was refused. */
export class ChainError extends Error {
  override readonly name = 'ChainError'
  readonly code: ChainErrorCode
  /** Where: `transaction.chainId`, `inputs[2].witnessUtxo`. */
  readonly field: string
  /** What would have been right there, after "expected". */
  readonly expected: string
  /** Bytes before the place, where there is one. */
  readonly offset: number | undefined

  constructor(
    code: ChainErrorCode,
    field: string,
    expected: string,
    details: { readonly offset?: number; readonly cause?: unknown } = {},
  ) {
    const at = details.offset === undefined ? '' : ` at byte ${details.offset}`
    super(`${field}${at}: expected ${expected}`, { cause: details.cause })
    this.code = code
    this.field = field
    this.expected = expected
    this.offset = details.offset
  }
}

/**
 * Runs a library's parser; what it throws becomes a {@link ChainError} about `field`. Our own
 * errors pass: they already say more.
 */
export function attempt<T>(
  field: string,
  expected: string,
  work: () => T,
  code: ChainErrorCode = 'not-valid',
): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof ChainError) throw cause
    throw new ChainError(code, field, expected, { cause })
  }
}
