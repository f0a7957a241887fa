import { useState } from 'react'
import { i18n } from '#i18n'
import type { Approval, Edit } from '../../messages/approval.ts'
import { codeOf } from '../words/errors.ts'
import { hostOf } from '../words/request-view.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { AssetScreen } from './AssetScreen.tsx'
import { ConnectScreen } from './ConnectScreen.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'
import { FailureScreen } from './FailureScreen.tsx'
import { NetworkScreen } from './NetworkScreen.tsx'
import { RequestScreen } from './RequestScreen.tsx'
import { UnlockScreen } from './UnlockScreen.tsx'

type Props = Place & { readonly approval: Approval; readonly actions: Actions }

/** One question, from the moment it came until it is over. */
export function QuestionScreen({ approval, place, of, peer, actions }: Props) {
  const { question, state } = approval
  const [editTrouble, setEditTrouble] = useState<string>()
  const isRenewed = useRenewed(approval)
  const shared = { approval, place, of, peer, actions }
  const edit = async (change: Edit) => {
    setEditTrouble(undefined)
    try {
      await actions.edit(approval.id, change)
    } catch (error) {
      setEditTrouble(editWords(codeOf(error)))
    }
  }
  if (state.at === 'failed') return <FailureScreen {...shared} state={state} />
  if (state.at === 'locked' || question.kind === 'unlock') return <UnlockScreen {...shared} />
  switch (question.kind) {
    case 'connect':
      return <ConnectScreen {...shared} question={question} />
    case 'network':
      return <NetworkScreen {...shared} question={question} />
    case 'asset':
      return <AssetScreen {...shared} question={question} />
    case 'sign': {
      const explained = 'explained' in state ? state.explained : undefined
      if (!explained) return <ReadingScreen {...shared} />
      return (
        <RequestScreen
          {...shared}
          question={question}
          explained={explained}
          onEdit={(change) => void edit(change)}
          editTrouble={editTrouble}
          isRenewed={isRenewed}
        />
      )
    }
  }
}

/** Whether another request stands here than the one that was approved: that one had become too old. */
function useRenewed({ question, state }: Approval): boolean {
  const id = question.kind === 'sign' ? question.requestId : undefined
  const [approved, setApproved] = useState<string>()
  if (state.at === 'signing' && id !== approved) setApproved(id)
  return approved !== undefined && id !== approved
}

/** Why a change could not be made. */
function editWords(code: string): string {
  if (code === 'fee-too-low') return i18n.t('fee.tooLow')
  return i18n.t(code === 'fee-too-high' ? 'fee.tooHigh' : 'fee.refused')
}

/** Before anything is known of it: who asks, and places that keep their size. */
function ReadingScreen({ approval, place, of, actions }: Props) {
  const { id, site } = approval
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step={`reading ${id}`}
      headline={i18n.t('approval.reading')}
      under={site && hostOf(site)}
      strip={<CoSignerStrip kind="asking" line={i18n.t('strip.askingText')} />}
      reject={{
        label: i18n.t('action.reject'),
        onPress: () => void actions.decide(id, { approve: false }),
      }}
      approve={{
        armKey: id,
        arm: false,
        label: i18n.t('action.approve'),
        onPress: () => undefined,
      }}
    />
  )
}
