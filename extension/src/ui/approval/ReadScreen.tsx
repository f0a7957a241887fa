import { useState } from 'react'
import { i18n } from '#i18n'
import type { Approval, ApprovalState, Edit, SignQuestion } from '../../messages/approval.ts'
import type { Explained } from '../../messages/engine.ts'
import type { RequestView } from '../words/request-view.ts'
import { askedLimit } from '../words/asked-limit.ts'
import { moneyOf } from '../words/telling.ts'
import { verdictDetail } from '../words/verdict-detail.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { ExpiryLine } from './ExpiryLine.tsx'
import { FeeSheet } from './FeeSheet.tsx'
import { LevelBand } from './LevelBand.tsx'
import { LimitSheet } from './LimitSheet.tsx'
import { RequestBody } from './RequestBody.tsx'
import { VerdictStrip } from './VerdictStrip.tsx'

type Props = Place & {
  readonly approval: Approval
  readonly question: SignQuestion
  readonly explained: Explained
  readonly view: RequestView
  readonly state: Extract<ApprovalState, { at: 'shown' }>
  readonly actions: Actions
  readonly onEdit: (edit: Edit) => void
  /** Why the last change was not made. */
  readonly editTrouble: string | undefined
  /** The one that was approved became too old. */
  readonly isRenewed: boolean
  /** To the second step. */
  readonly onContinue: () => void
}

/** The first step: what a request does, and what the co-signer says. */
export function ReadScreen(props: Props) {
  const {
    approval,
    question,
    explained,
    view,
    state,
    place,
    of,
    actions,
    onContinue,
    onEdit,
    editTrouble,
    isRenewed,
  } = props
  const { id, site } = approval
  const { verdict, trouble } = state
  const [hasRead, setRead] = useState(view.text?.isWhole !== true)
  const [sheet, setSheet] = useState<'fee' | 'limit'>()
  const isHeavy = view.level === 'high' || view.level === 'unreadable'
  const needsSecond = isHeavy || verdict?.decision === 'needs-factor'
  const waits = verdict?.decision === 'needs-factor' && verdictDetail(verdict).accepts?.length === 0
  const kind = question.build?.kind
  const hasFee = kind === 'evm' || kind === 'transfer' || kind === 'payments' || kind === 'bump'
  const approve =
    trouble === undefined
      ? {
          armKey: [
            id,
            explained.hash,
            view.headline,
            view.under,
            view.level,
            verdict?.decision,
            place,
            of,
          ].join(),
          arm: verdict !== undefined && hasRead && !waits,
          label: needsSecond ? i18n.t('action.next') : verbOf(view),
          isHeavy: !isHeavy,
          onPress: needsSecond
            ? onContinue
            : () => void actions.decide(id, { approve: true, hash: explained.hash }),
        }
      : { label: i18n.t('action.again'), isHeavy: true, onPress: () => void actions.again(id) }
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step={`read ${id}`}
      mark={trouble === 'away' ? 'apart' : 'idle'}
      headline={view.headline}
      under={view.under}
      band={
        <>
          {(approval.resumed || isRenewed) && (
            <p
              role="status"
              className="border-b border-line bg-pending-tint px-4 py-2 text-pending"
            >
              {isRenewed
                ? i18n.t('approval.renewed', [view.telling.network.name])
                : i18n.t('approval.resumed')}
            </p>
          )}
          {editTrouble !== undefined && (
            <p role="alert" className="border-b border-line bg-deny-tint px-4 py-2 text-deny">
              {editTrouble}
            </p>
          )}
          <LevelBand level={view.level} reasons={view.reasons} />
        </>
      }
      strip={<VerdictStrip verdict={verdict} trouble={trouble} telling={view.telling} />}
      reject={{
        label: i18n.t('action.reject'),
        isHeavy,
        onPress: () => void actions.decide(id, { approve: false }),
      }}
      approve={approve}
      {...(site && of > 1 && { onRejectAll: () => void actions.rejectAll(site.origin) })}
    >
      <RequestBody
        view={view}
        preview={explained.preview}
        onRead={() => setRead(true)}
        {...(hasFee && { onFee: explained.fees ? () => setSheet('fee') : 'waits' })}
        {...(kind === 'evm' && limitOf(view) && { onLimit: () => setSheet('limit') })}
        asked={askedWords(question, view)}
      />
      <ExpiryLine expiresAt={approval.expiresAt} />
      {!hasRead && <p className="mt-3 text-small text-ink3">{i18n.t('approval.scroll')}</p>}
      {sheet === 'fee' && explained.fees && (
        <FeeSheet
          fees={explained.fees}
          question={question}
          view={view}
          onEdit={onEdit}
          onClose={() => setSheet(undefined)}
        />
      )}
      {sheet === 'limit' && (
        <LimitSheet
          question={question}
          view={view}
          onEdit={onEdit}
          onClose={() => setSheet(undefined)}
        />
      )}
    </ApprovalFrame>
  )
}

/** An approval by a call of ours can be given less: a permit is signed as its site wrote it. */
const limitOf = ({ telling }: RequestView): boolean =>
  telling.explained.explanation.intents.some(
    (intent) => intent.kind === 'approve' && intent.by === 'call' && intent.change === 'set',
  )

/** What the site asked, where its person has changed it. */
function askedWords(question: SignQuestion, { telling }: RequestView): string | undefined {
  const asked = askedLimit(question)
  const approve = telling.explained.explanation.intents.find((one) => one.kind === 'approve')
  if (asked === undefined || approve?.kind !== 'approve') return undefined
  const isAll = asked >> 255n > 0n
  return i18n.t('limit.askedText', [
    isAll ? i18n.t('limit.unlimited') : moneyOf(approve.asset, asked, telling),
  ])
}

export function verbOf({ verb }: RequestView): string {
  if (verb === 'signIn') return i18n.t('action.signIn')
  return verb === 'sign' ? i18n.t('action.sign') : i18n.t('action.approve')
}
