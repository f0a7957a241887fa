import { network } from '@tandem/chains'
import { i18n } from '#i18n'
import type { Approval, Decision } from '../../messages/approval.ts'
import { Address } from '../parts/Address.tsx'
import { requestView } from '../words/request-view.ts'
import { warningText } from '../words/warnings.ts'
import { ApprovalFrame } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'
import { LevelBand } from './LevelBand.tsx'

type Props = {
  readonly approval: Approval
  readonly place: number
  readonly of: number
  readonly onDecide: (decision: Decision) => void
}

/** A request to sign: what it does, who gets what, and what the co-signer says. */
export function RequestScreen({ approval, place, of, onDecide }: Props) {
  const { id, site, question, state } = approval
  if (question.kind !== 'sign' || (state.at !== 'shown' && state.at !== 'signing')) return null
  const { explained } = state
  if (!explained) return null
  const on = network(question.chain)
  const host = site ? new URL(site.origin).host : i18n.t('approval.you')
  const view = requestView(explained.explanation, explained.warnings, on, host)
  const verdict = state.at === 'shown' ? state.verdict : undefined
  const isDenied = verdict?.decision === 'deny'
  const isHeavy = view.level === 'high' || view.level === 'unreadable'
  const isSigning = state.at === 'signing'
  const kind = explained.explanation.intents[0]?.kind
  const label = isSigning
    ? i18n.t('action.signing')
    : kind === 'sign-in'
      ? i18n.t('action.signIn')
      : kind === 'message' || kind === 'typed-data'
        ? i18n.t('action.sign')
        : i18n.t('action.approve')
  return (
    <ApprovalFrame
      {...(site && { site })}
      place={place}
      of={of}
      headline={view.headline}
      under={on.name}
      band={
        <LevelBand
          level={isDenied ? 'refused' : view.level}
          reasons={
            isDenied
              ? [reasonOf(verdict.detail), i18n.t('result.refusedText')]
              : view.warnings.map(({ code }) => warningText(code))
          }
        />
      }
      strip={
        verdict ? (
          <CoSignerStrip kind="verdict" verdict={verdict} />
        ) : (
          <CoSignerStrip
            kind={state.at === 'shown' && state.trouble !== undefined ? 'away' : 'asking'}
          />
        )
      }
      reject={{
        label: isDenied ? i18n.t('action.close') : i18n.t('action.reject'),
        onPress: () => onDecide({ approve: false }),
      }}
      {...(!isDenied && {
        approve: {
          key: `${id}/${explained.hash}/${verdict?.decision ?? ''}`,
          arm: verdict?.decision === 'allow' && !isSigning,
          label,
          isHeavy,
          onPress: () => onDecide({ approve: true, hash: explained.hash }),
        },
      })}
    >
      {view.party && (
        <section className="mt-5">
          <h2 className="text-small text-ink3">{view.party.label}</h2>
          <Address address={view.party.address} className="mt-1" />
        </section>
      )}
      {view.text !== undefined && (
        <pre className="mt-4 max-h-72 overflow-y-auto rounded-card border border-line bg-surface p-3 font-sans whitespace-pre-wrap break-words [unicode-bidi:isolate]">
          {view.text}
        </pre>
      )}
      {view.steps.length > 0 && (
        <ol className="mt-4 list-decimal space-y-2 pl-5">
          {view.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {view.rows.length > 0 && (
        <dl className="mt-4 divide-y divide-line rounded-card border border-line bg-surface">
          {view.rows.map(({ label: name, value }) => (
            <div key={name} className="flex flex-wrap justify-between gap-x-4 px-3 py-2">
              <dt className="text-ink3">{name}</dt>
              <dd className="min-w-0 font-mono text-mono break-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {view.effects.length > 0 && (
        <section className="mt-5">
          <h2 className="text-small text-ink3">{i18n.t('approval.changes')}</h2>
          <ul className="mt-1 divide-y divide-line rounded-card border border-line bg-surface">
            {view.effects.map(({ sign, amount, note }) => (
              <li
                key={`${sign}${amount}${note ?? ''}`}
                className="flex items-baseline gap-3 px-3 py-2"
              >
                <span className="w-2 font-semibold" aria-hidden>
                  {sign === '-' ? '-' : '+'}
                </span>
                <span className="font-semibold break-all">{amount}</span>
                {note !== undefined && (
                  <span className="ml-auto text-right text-small text-ink3">{note}</span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </ApprovalFrame>
  )
}

function reasonOf(detail: unknown): string {
  const text =
    typeof detail === 'object' && detail !== null && 'text' in detail ? detail.text : undefined
  return typeof text === 'string' ? text : ''
}
