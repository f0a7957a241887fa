import { bytesToHex } from '@noble/hashes/utils.js'
import type { ControlMessage } from '@tandem/protocol'
import { decideAnew } from './approvals.ts'
import { ClientError } from './errors.ts'
import { expire } from './expire.ts'
import { isEnded } from './is-ended.ts'
import type { OpenWallet } from './open-wallet.ts'
import type { Parts } from './parts.ts'

/**
 * Whether the first round of a signature is answered now.
 *
 * @param say hears the verdict, where a policy allows the request no more.
 * @throws {ClientError} `conflict` it is over.
 */
export async function mayBegin(
  parts: Parts,
  wallet: OpenWallet,
  requestId: Uint8Array,
  say: (verdict: ControlMessage) => void,
): Promise<boolean> {
  // SECURITY: a request that was allowed once and is signed whenever its device likes is in no window that counts it. Test: test/deadlines.test.ts "a request whose time is over is not signed, also when nobody asks for another"
  await expire(parts, wallet)
  // SECURITY: what another policy allowed is signed only as long as the one of now does. Test: test/policy-change.test.ts "what was allowed before a change and has not begun is judged anew"
  if (await isRefusedNow(parts, wallet, requestId, say)) return false
  await requireOpen(parts, wallet, requestId)
  return true
}

async function isRefusedNow(
  parts: Parts,
  wallet: OpenWallet,
  requestId: Uint8Array,
  say: (verdict: ControlMessage) => void,
): Promise<boolean> {
  const verdict = await decideAnew(parts, wallet, requestId)
  if (!verdict) return false
  await wallet.signing.tell({ type: 'cancel', requestId })
  say(verdict)
  return true
}

/** Whatever the signer knows of it. */
async function requireOpen(parts: Parts, wallet: OpenWallet, requestId: Uint8Array): Promise<void> {
  // SECURITY: a crash between the end of a request and the signer's knowing of it signs what was taken back. Test: test/ended.test.ts "a request that was cancelled before a crash is not signed after it"
  if (!(await isEnded(parts, wallet.record().wallet, requestId))) return
  const known = wallet.signing.ledger().requests.get(bytesToHex(requestId))
  // It answers for itself what it does not know, or knows to be cancelled.
  if (!known || known.cancelled) return
  await wallet.signing.tell({ type: 'cancel', requestId })
  throw new ClientError('conflict', 'this request is over')
}
