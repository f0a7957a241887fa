/**
 * - `timeout`             no answer in time, after every retry
 * - `unreachable`         no connection, or the connection broke
 * - `rate-limited`        the node asks for patience
 * - `server`              the node failed
 * - `bad-reply`           not what the method answers with, or too long
 * - `rejected`            the node refuses the request; its words are in `detail`
 * - `wrong-chain`         the node is of another network
 * - `expired`             the request was valid for a short time, which is over: it is built again
 * - `insufficient-funds`  there is less than the draft needs, fee included
 * - `fee-too-low`         of a fee of one's own: below what nodes pass on, or put in the place of another
 * - `fee-too-high`        of a fee of one's own: more than anybody had to pay
 */
export type RpcErrorCode =
  | 'timeout'
  | 'unreachable'
  | 'rate-limited'
  | 'server'
  | 'bad-reply'
  | 'rejected'
  | 'wrong-chain'
  | 'expired'
  | 'insufficient-funds'
  | 'fee-too-low'
  | 'fee-too-high'

/** What went wrong with a node. The node's address is not in it: it can hold an API key. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: RpcErrorCode
  /** The method or path that was asked for. */
  readonly method: string
  /** At most 200 characters of what the node said, to be shown as text. */
  readonly detail: string

  constructor(code: RpcErrorCode, method: string, detail: string, cause?: unknown) {
    const short = detail.slice(0, 200)
    super(`${method}: ${code}: ${short}`, { cause })
    this.code = code
    this.method = method
    this.detail = short
  }
}
