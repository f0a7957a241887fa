import { i18n } from '#i18n'
import type { Approval, ApprovalState } from '../../messages/approval.ts'
import { Disclosure } from '../parts/Disclosure.tsx'
import { failureWords } from '../words/failure-words.ts'
import { unreadWords } from '../words/refusal-words.ts'
import { talkOf } from '../words/talk-of.ts'
import { hostOf } from '../words/request-view.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { CoSignerStrip, type StripKind } from './CoSignerStrip.tsx'
import { Crossings } from './Crossings.tsx'
import { LevelBand } from './LevelBand.tsx'
import type { Peer } from './peer.ts'

type Props = Place & {
  readonly approval: Approval
  readonly state: Extract<ApprovalState, { at: 'failed' }>
  readonly peer: Peer | undefined
  readonly actions: Actions
}

/** What the co-signer did of it. */
function stripOf({ code, money }: Props['state']): StripKind {
  if (money === 'signed-not-sent' || money === 'sent') return 'signed'
  return code === 'away' || code === 'timeout' || code === 'breaker' ? 'away' : 'over'
}

/** What happened, what is true of the money, and what to do now. */
export function FailureScreen({ approval, state, place, of, peer, actions }: Props) {
  const { site, id } = approval
  const close = () => void actions.dismiss(id)
  const host = site ? hostOf(site) : i18n.t('approval.you')
  const refused = state.explained ? undefined : unreadWords(state.code, host)
  // Shown from the first message on, which says itself how many there are.
  const talk = state.phases && talkOf(state.phases, false).crossings
  const crossed = talk?.filter(({ at }) => at !== undefined).length ?? 0
  const isBroken = crossed > 0 && crossed < (talk?.length ?? 0)
  const { what, money, next } = failureWords(state)
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step="failed"
      mark={state.code === 'away' ? 'apart' : 'idle'}
      headline={refused?.headline ?? what}
      under={refused?.reason}
      band={refused && <LevelBand level="refused" reasons={[money]} />}
      strip={
        <CoSignerStrip
          kind={refused ? 'not-asked' : stripOf(state)}
          {...(refused && { line: i18n.t('strip.notAskedText') })}
        />
      }
      reject={{ label: i18n.t('action.close'), isHeavy: !state.again, onPress: close }}
      {...(state.again && {
        approve: { label: i18n.t('action.again'), onPress: () => void actions.again(id) },
      })}
    >
      {!refused && (
        <div className="mt-3 space-y-3">
          <p className="font-semibold">{money}</p>
          <p className="text-ink2">{next}</p>
        </div>
      )}
      {talk && isBroken && <Crossings crossings={talk} since={state.since ?? 0} peer={peer} />}
      <Disclosure title={i18n.t('approval.details')} className="mt-6 border-t border-line pt-2">
        <p className="mt-1 font-mono text-small text-ink3">
          {i18n.t('failure.code', [`TDM-${state.code.toUpperCase()}`])}
        </p>
      </Disclosure>
    </ApprovalFrame>
  )
}
