import { i18n } from '#i18n'
import type { Approval, Edit, SignQuestion } from '../../messages/approval.ts'
import type { VerdictView } from '../../messages/engine.ts'
import { Disclosure } from '../parts/Disclosure.tsx'
import { NetworkCommand } from '../parts/NetworkCommand.tsx'
import { refusalWords } from '../words/refusal-words.ts'
import type { RequestView } from '../words/request-view.ts'
import { restOfLimit } from '../words/rest-of-limit.ts'
import { sentenceCase } from '../words/sentence-case.ts'
import { moneyOf } from '../words/telling.ts'
import { denialOf } from '../words/verdict-words.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'
import { FactList } from './FactList.tsx'
import { LevelBand } from './LevelBand.tsx'

type Props = Place & {
  readonly approval: Approval
  readonly question: SignQuestion
  readonly view: RequestView
  readonly verdict: VerdictView | undefined
  readonly actions: Actions
  readonly onEdit: (edit: Edit) => void
}

/** A refusal is quiet: the money is out of danger, and there is no way around it. */
export function RefusalScreen(props: Props) {
  const { approval, question, view, verdict, place, of, actions, onEdit } = props
  const { id, site } = approval
  const ours = refusalWords(view.telling)
  const denial =
    ours === undefined && verdict ? denialOf(verdict, view.telling, view.headline) : undefined
  const rest = ours || !verdict ? undefined : restOfLimit(question, verdict, view.telling)
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step={`refused ${id}`}
      headline={ours?.headline ?? denial?.headline ?? ''}
      under={ours?.reason ?? denial?.reason}
      band={
        <LevelBand
          level="refused"
          title={i18n.t(ours ? 'level.refused' : 'level.refusedBy')}
          reasons={[i18n.t('result.refusedText')]}
        />
      }
      strip={
        ours ? (
          <CoSignerStrip kind="not-asked" line={i18n.t('strip.notAskedText')} />
        ) : (
          <CoSignerStrip
            kind="deny"
            line={
              denial?.command === undefined
                ? i18n.t('strip.rule', [verdict?.rule ?? ''])
                : i18n.t('ownNetwork.strip')
            }
          />
        )
      }
      reject={{
        label: i18n.t('action.close'),
        isHeavy: !rest,
        onPress: () => void actions.decide(id, { approve: false }),
      }}
      // It is another request, which is read, judged and approved like any other.
      {...(rest && {
        approve: {
          label: i18n.t('refuse.sendNow', [moneyOf(rest.asset, rest.amount, view.telling)]),
          onPress: () => onEdit({ amount: rest.amount }),
        },
      })}
    >
      {ours && view.telling.explained.explanation.intents.length > 0 && (
        <p className="mt-3 text-ink2 wrap-anywhere">{sentenceCase(view.headline)}</p>
      )}
      <FactList facts={ours?.facts ?? denial?.facts ?? []} />
      {denial?.again !== undefined && <p className="mt-3">{denial.again}</p>}
      {denial?.command !== undefined && <NetworkCommand command={denial.command} />}
      {denial && denial.command === undefined && (
        <Disclosure title={i18n.t('refuse.change')} className="mt-4 border-t border-line pt-2">
          <p className="mt-1 text-ink2">{i18n.t('refuse.changeText')}</p>
        </Disclosure>
      )}
    </ApprovalFrame>
  )
}
