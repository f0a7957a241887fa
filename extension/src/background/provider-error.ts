import type * as z from 'zod'
import { EngineError } from '../messages/engine.ts'
import type { PageFailure } from '../messages/page-channel.ts'

/**
 * EIP-1193, EIP-1474, EIP-3326 and EIP-5792, with the one sentence that a page may see. Those of
 * EIP-1193 are the standard's own.
 */
const reasons = {
  'user-rejected': [4001, 'The user rejected the request.'],
  /** By the user's own rules: the co-signer refuses, or this machine does. */
  refused: [4001, "The user's co-signer refused the request."],
  unauthorized: [4100, 'The requested method and/or account has not been authorized by the user.'],
  unsupported: [4200, 'The Provider does not support the requested method.'],
  /** A worker that is stopped when nothing happens can promise no news; a page asks when it likes. */
  'no-subscriptions': [
    4200,
    'The wallet sends no subscriptions. Ask for blocks and logs with eth_blockNumber, eth_getLogs or a filter.',
  ],
  disconnected: [4900, 'The Provider is disconnected from all chains.'],
  'chain-disconnected': [4901, 'The Provider is not connected to the requested chain.'],
  'unknown-chain': [4902, 'This chain was not added to the wallet.'],
  'transaction-rejected': [-32003, 'The network did not take the transaction.'],
  expired: [-32003, 'The blockhash of this transaction is too old. Make it anew.'],
  busy: [-32002, 'A request of this site is open already.'],
  'not-found': [-32601, 'There is no such method.'],
  'invalid-params': [-32602, 'These parameters are not what the method expects.'],
  internal: [-32603, 'The wallet could not do this. Try again.'],
  'unsupported-capability': [5700, 'The wallet does not have a capability that is required.'],
  'unsupported-chain': [5710, 'The wallet does not send calls on this chain.'],
  'duplicate-id': [5720, 'There is a bundle with this id already.'],
  'unknown-bundle': [5730, 'There is no bundle with this id.'],
  'bundle-too-large': [5740, 'The bundle has more calls than the wallet takes at once.'],
  'not-atomic': [5760, 'The wallet cannot execute these calls as one.'],
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

/** What a node answered that a page asked: the page gets it as it came, to read a revert from it. */
export class NodeFailure extends Error {
  override readonly name = 'NodeFailure'
  readonly failure: PageFailure

  constructor(failure: { code: number; message: string; data?: z.core.util.JSONType | undefined }) {
    super(failure.message)
    this.failure = failure
  }
}

export function failureOf(error: unknown): PageFailure {
  if (error instanceof NodeFailure) return error.failure
  const reason = error instanceof ProviderError ? error.reason : reasonOf(error)
  const [code, message] = reasons[reason]
  // What is wrong with a request names its fields and nothing else: the site's developer needs it.
  const cause = error instanceof ProviderError ? error.cause : error
  const isDetailed = reason === 'invalid-params' && cause instanceof EngineError
  return { code, message: isDetailed ? `${message} ${cause.message}` : message }
}

/** The codes of chains' and nodes' failures, and of the engine's own. */
const reasonByCode: Readonly<Record<string, Reason>> = {
  truncated: 'invalid-params',
  trailing: 'invalid-params',
  duplicate: 'invalid-params',
  'not-canonical': 'invalid-params',
  'not-valid': 'invalid-params',
  unsupported: 'invalid-params',
  'wrong-account': 'invalid-params',
  'wrong-domain': 'invalid-params',
  checksum: 'invalid-params',
  limit: 'invalid-params',
  missing: 'invalid-params',
  'insufficient-funds': 'transaction-rejected',
  'fee-too-low': 'transaction-rejected',
  'fee-too-high': 'transaction-rejected',
  expired: 'expired',
  incomplete: 'invalid-params',
  partial: 'invalid-params',
  rejected: 'transaction-rejected',
  'no-node': 'chain-disconnected',
  timeout: 'chain-disconnected',
  unreachable: 'chain-disconnected',
  'rate-limited': 'chain-disconnected',
  server: 'chain-disconnected',
  'wrong-chain': 'chain-disconnected',
  locked: 'unauthorized',
  'no-wallet': 'disconnected',
}

function reasonOf(error: unknown): Reason {
  return (error instanceof EngineError && reasonByCode[error.code]) || 'internal'
}
