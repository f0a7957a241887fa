/** The FROST half of the signer: one round trip, nothing that can burn. */
import { u64 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { finishS2, startFrost } from '../frost/sign.ts'
import { type Draft, abandon, fail, keep, move, outcomeOf, send } from './draft.ts'
import { frostTask } from './inputs.ts'
import type { Live, Message } from './signer.types.ts'

/** S2 for the initiator that waits for it; anything else ends the session. */
export function frostMessage(draft: Draft, live: Live, message: Message): void {
  const { stage } = live
  if (stage.at !== 'S2' || message.kind !== 'S2')
    return abandon(draft, live, { code: 'WRONG_STATE' }, true)
  const signed = outcomeOf(() => finishS2(stage.state, message.body))
  if ('abort' in signed) return fail(draft, live, signed.abort, true)
  keep(draft, live, signed.ok.signature, true)
}

/** Goes on after the marks that the session waited for are durable. */
export function frostCommitted(draft: Draft, live: Live): void {
  const { stage } = live
  if (stage.at === 'start') {
    const task = frostTask(draft, live)
    const bind = H('hedge', task.context, u64(stage.counter))
    const { state, s1 } = startFrost(task, draft.hedged(bind))
    move(draft, live, { at: 'S2', state }, 'SignRound1')
    send(draft, live.id, live.entry.keyId, { kind: 'S1', body: s1 })
  } else if (stage.at === 'send S2') {
    move(draft, live, { at: 'confirm' }, 'Verify')
    send(draft, live.id, live.entry.keyId, { kind: 'S2', body: stage.s2 })
  }
}
