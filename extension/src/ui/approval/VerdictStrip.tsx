import { i18n } from '#i18n'
import type { VerdictView } from '../../messages/engine.ts'
import { failureWords } from '../words/failure-words.ts'
import type { Telling } from '../words/telling.ts'
import { momentOf } from '../words/time.ts'
import { verdictDetail } from '../words/verdict-detail.ts'
import { verdictLine } from '../words/verdict-words.ts'
import { CoSignerStrip } from './CoSignerStrip.tsx'

type Props = {
  readonly verdict: VerdictView | undefined
  readonly trouble: string | undefined
  readonly telling: Telling
}

/** What the co-signer says of a request, or why it says nothing. */
export function VerdictStrip({ verdict, trouble, telling }: Props) {
  if (trouble !== undefined && !verdict) {
    const isAway = trouble === 'away' || trouble === 'breaker' || trouble === 'timeout'
    return isAway ? (
      <CoSignerStrip
        kind="away"
        line={i18n.t(trouble === 'breaker' ? 'strip.breakerText' : 'strip.awayText')}
      />
    ) : (
      <CoSignerStrip
        kind="fault"
        line={
          trouble === 'locked'
            ? i18n.t('strip.lockedText')
            : failureWords({ code: trouble, money: 'not-signed' }).what
        }
      />
    )
  }
  if (!verdict) return <CoSignerStrip kind="asking" line={i18n.t('strip.askingText')} />
  const { until, accepts } = verdictDetail(verdict)
  const waits = verdict.decision === 'needs-factor' && accepts?.length === 0
  return (
    <CoSignerStrip
      kind={verdict.decision}
      line={
        waits && until !== undefined
          ? i18n.t('strip.waits', [verdict.rule, momentOf(until)])
          : verdictLine(verdict, telling)
      }
    />
  )
}
