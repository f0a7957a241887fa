import type { PageFailure } from '../messages/page-channel.ts'

/** EIP-1193, EIP-1474, EIP-3326 and EIP-5792, with the one sentence that a page may see. */
const reasons = {
  'user-rejected': [4001, 'The user rejected the request.'],
  unauthorized: [4100, 'This site may not use this account or method. Connect first.'],
  unsupported: [4200, 'This wallet does not have this method.'],
  disconnected: [4900, 'The wallet is not connected. Try again.'],
  'chain-disconnected': [4901, 'The wallet is not connected to this chain.'],
  'unknown-chain': [4902, 'This chain was not added to the wallet.'],
  'invalid-params': [-32602, 'These parameters are not what the method expects.'],
  'not-found': [-32601, 'There is no such method.'],
  busy: [-32002, 'A request of this site is open already.'],
  refused: [4001, "The user's co-signer refused the request."],
  internal: [-32603, 'The wallet could not do this. Try again.'],
  'transaction-rejected': [-32003, 'The network did not take the transaction.'],
} as const satisfies Record<string, readonly [number, string]>

export type Reason = keyof typeof reasons

/** A failure that a page hears of, in a sentence that says nothing about the user. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly reason: Reason

  constructor(reason: Reason, cause?: unknown) {
    super(reasons[reason][1], { cause })
    this.reason = reason
  }
}

export function failureOf(error: unknown): PageFailure {
  const reason = error instanceof ProviderError ? error.reason : 'internal'
  const [code, message] = reasons[reason]
  return { code, message }
}
