import { useState } from 'react'
import { i18n } from '#i18n'
import type { Approval, ApprovalState, SignQuestion } from '../../messages/approval.ts'
import type { Explained } from '../../messages/engine.ts'
import type { RequestView } from '../words/request-view.ts'
import { talkOf } from '../words/talk-of.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'
import { LevelBand } from './LevelBand.tsx'
import { RequestBody } from './RequestBody.tsx'
import { TalkView } from './TalkView.tsx'
import { useLate } from './use-late.ts'

type Props = Place & {
  readonly approval: Approval
  readonly question: SignQuestion
  readonly explained: Explained
  readonly view: RequestView
  readonly state: Extract<ApprovalState, { at: 'signing' }>
  readonly actions: Actions
}

/** A signature that takes less is not announced: the screen stays as it was pressed. */
const TALK_MS = 400

/** Both machines sign. It can be stopped until this machine's last part has left. */
export function SigningScreen(props: Props) {
  const { approval, question, explained, view, state, place, of, peer, actions } = props
  const isLate = useLate(state.since, TALK_MS)
  const [isStopping, setStopping] = useState(false)
  const isResumed = state.resumed === true
  const isTalking = isLate || isResumed
  const isShort = view.telling.network.family !== 'evm'
  const canStop = !isResumed && !talkOf(state.phases, isShort).isPast
  return (
    <ApprovalFrame
      site={approval.site}
      place={place}
      of={of}
      step={isTalking ? 'talk' : `read ${approval.id}`}
      headline={isTalking ? i18n.t('result.signing', [view.headline]) : view.headline}
      under={isTalking ? undefined : view.under}
      band={isTalking ? undefined : <LevelBand level={view.level} reasons={view.reasons} />}
      strip={<CoSignerStrip kind="signing" />}
      // What has begun goes on by itself, and ends by itself.
      onEscape={() => undefined}
      reject={
        isTalking
          ? {
              label: i18n.t(isStopping && canStop ? 'action.stopping' : 'action.stop'),
              isOff: !canStop || isStopping,
              onPress: () => {
                if (!canStop || isStopping) return
                setStopping(true)
                void actions.stop(approval.id)
              },
            }
          : { label: i18n.t('action.reject'), isOff: true, onPress: () => undefined }
      }
      approve={{
        armKey: 'signing',
        arm: false,
        label: i18n.t('action.signing'),
        onPress: () => undefined,
      }}
    >
      {isTalking ? (
        <TalkView
          phases={state.phases}
          since={state.since}
          goesTo={question.goesTo}
          isShort={isShort}
          isResumed={isResumed}
          peer={peer}
        />
      ) : (
        <RequestBody view={view} preview={explained.preview} onRead={() => undefined} />
      )}
    </ApprovalFrame>
  )
}
