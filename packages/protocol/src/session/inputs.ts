/** What the protocols take, from what the signer knows. */
import { UsageError } from '../abort.ts'
import type { SignInput } from '../dkls23/sign.ts'
import { type FrostTask, prepareFrost } from '../frost/sign.ts'
import { type Draft, keyShare } from './draft.ts'
import type { AttemptId } from './marks.ts'
import type { Entry } from './request.ts'

type Attempt = { readonly id: AttemptId; readonly entry: Entry }

export function dklsInput(draft: Draft, { id, entry }: Attempt): SignInput {
  const { share, peer } = draft.base
  const known = share.peers.find((one) => one.id === peer)
  if (!known) throw new UsageError(`party ${peer} is no peer of this share`)
  return {
    share: keyShare(draft, entry.keyId),
    peer: known,
    me: share.me,
    quorum: { t: share.t, holders: share.holders },
    signers: signers(draft),
    path: entry.path,
    msgHash: entry.message,
    requestId: id.requestId,
    index: id.index,
    attempt: id.attempt,
  }
}

export function frostTask(draft: Draft, { id, entry }: Attempt): FrostTask {
  return prepareFrost({
    key: keyShare(draft, entry.keyId),
    me: draft.base.share.me,
    signers: signers(draft),
    path: entry.path,
    message: entry.message,
    requestId: id.requestId,
    index: id.index,
    attempt: id.attempt,
  })
}

function signers(draft: Draft): readonly number[] {
  const { share, peer } = draft.base
  return share.me < peer ? [share.me, peer] : [peer, share.me]
}
