import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type ControlMessage, payloadHash } from '@tandem/protocol'
import { KeyWrapError } from '../../ports/key-wrap.ts'
import { decideWith } from '../approvals.ts'
import { expire } from '../expire.ts'
import { type Decision, loadDecision } from '../decision.ts'
import { ClientError, sealedAway } from '../errors.ts'
import type { Parts } from '../parts.ts'
import type { OpenWallet } from '../wallets.ts'

type Message = Extract<ControlMessage, { type: 'factor' }>
type Verdict = Extract<ControlMessage, { type: 'verdict' }>

/** The next verdict; what was wrong with the proof, when that is why it asks on. */
export type Answered = { readonly verdict: Verdict; readonly refusal?: ClientError }

/**
 * Judges a request once more with what a person showed for it.
 *
 * @param open the wallets of the device that may sign.
 * @throws {ClientError} `conflict` no request asks for a factor under this id.
 */
export async function answerFactor(
  parts: Parts,
  open: readonly OpenWallet[],
  { requestId, proof }: Message,
): Promise<Answered> {
  const { wallet, asks } = await whatAsks(parts, open, requestId)
  try {
    const factor = await parts.factors.check(asks, proof)
    const { verdict } = await wallet.signing.whileDeciding((keep) =>
      decideWith(parts, wallet, requestId, factor, keep),
    )
    return { verdict }
  } catch (error) {
    const refusal = refusalOf(error)
    return { verdict: asksOn(asks, refusal.message), refusal }
  }
}

async function whatAsks(
  parts: Parts,
  open: readonly OpenWallet[],
  requestId: Uint8Array,
): Promise<{ readonly wallet: OpenWallet; readonly asks: Decision }> {
  for (const wallet of open) {
    const name = wallet.record().wallet
    await expire(parts, wallet)
    const asks = await loadDecision(parts.store, name, requestId)
    if (asks?.state === 'asks') return { wallet, asks }
  }
  throw new ClientError('conflict', 'no request asks for a factor under this id')
}

/** A token that is not there now ends neither the request nor the daemon. */
function refusalOf(error: unknown): ClientError {
  if (error instanceof ClientError) return error
  if (error instanceof KeyWrapError) return sealedAway(error)
  throw error
}

/** The verdict that was given before, in other words: the request still asks. */
function asksOn(asks: Decision, text: string): Verdict {
  const { requestId, hash, payload, rule, detail, expiresAt } = asks
  const before: unknown = JSON.parse(detail)
  return {
    type: 'verdict',
    requestId,
    hash,
    payload: payloadHash(payload),
    decision: 'needs-factor',
    rule,
    detail: utf8ToBytes(JSON.stringify(Object.assign({}, before, { text }))),
    expiresAt: BigInt(expiresAt),
  }
}
