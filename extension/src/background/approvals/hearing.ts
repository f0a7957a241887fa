import type { EngineEvent } from '../../messages/engine.ts'
import type { Board } from './board.ts'
import type { Entry } from './entry.ts'
import type { Judging } from './judging.ts'

/** Takes what the engine tells to the questions that it is about. */
export function hearing(
  now: () => number,
  on: Board,
  { opened, reached }: Pick<Judging, 'opened' | 'reached'>,
): (event: EngineEvent) => void {
  const about = (requestId: string): Entry | undefined =>
    on
      .entries()
      .find(
        ({ approval: { question } }) =>
          question.kind === 'sign' && question.requestId === requestId,
      )

  return (event) => {
    switch (event.event) {
      case 'making':
        return
      case 'state':
        if (event.state.lock === 'open') opened()
        if (event.state.cosigner.state === 'ready') reached()
        return
      case 'looked': {
        // A node added to what is shown. The same bytes: another request is not touched by it.
        const entry = about(event.requestId)
        const state = entry?.approval.state
        if (entry && state?.at === 'shown' && state.explained?.hash === event.explained.hash)
          on.set(entry, { ...state, explained: event.explained })
        return
      }
      case 'verdict': {
        const entry = about(event.requestId)
        if (!entry) return
        entry.judgedAt = now()
        return on.show(entry, { verdict: event.verdict })
      }
      case 'phase': {
        const entry = about(event.requestId)
        const state = entry?.approval.state
        if (!entry || state?.at !== 'signing') return
        const { index, phase, at } = event
        on.setSoon(entry, { ...state, phases: [...state.phases, { index, phase, at }] })
      }
    }
  }
}
