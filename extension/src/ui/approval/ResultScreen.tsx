import { useEffect, useState } from 'react'
import { browser } from 'wxt/browser'
import { i18n } from '#i18n'
import type { Approval, ApprovalState } from '../../messages/approval.ts'
import type { SignedView } from '../../messages/engine.ts'
import { Address } from '../parts/Address.tsx'
import { Mark } from '../parts/Mark.tsx'
import type { RequestView } from '../words/request-view.ts'
import { timesOf } from '../words/talk-of.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'

type Props = Place & {
  readonly approval: Approval
  readonly state: Extract<ApprovalState, { at: 'done' }>
  readonly view: RequestView
  readonly actions: Actions
}

/** So long a result stays, unless somebody looks at it. */
const SENT_MS = 6_000
const SIGNED_MS = 1_500

/** What came of it: signed and sent are two things, and confirmed is a third. */
export function ResultScreen({ approval, state, view, place, of, peer, actions }: Props) {
  const { id, signed } = state
  const times = timesOf(state.phases ?? [], state.since ?? 0)
  const [party] = view.parties
  const isSent = id !== undefined
  const close = () => void actions.dismiss(approval.id)
  const stay = useAutoDismiss(isSent ? SENT_MS : SIGNED_MS, of > 1, close)
  const { explorer } = view.telling.network
  const page = isSent && explorer?.startsWith('https:') ? explorer.replace('{id}', id) : undefined
  const part = isSent ? partOf(id, signed) : undefined
  const text = part
    ? i18n.t('result.partText', [String(part.sent), String(part.of)])
    : isSent
      ? i18n.t('result.sentText')
      : i18n.t(signed?.type === 'partial' ? 'result.signedPartial' : 'result.signedText')
  return (
    <div className="h-full" {...stay}>
      <ApprovalFrame
        site={approval.site}
        place={place}
        of={of}
        step="done"
        onEscape={close}
        mark="whole"
        headline={i18n.t(part ? 'result.part' : isSent ? 'result.sent' : 'result.signed')}
        under={text}
        strip={<CoSignerStrip kind="signed" />}
        reject={
          page === undefined
            ? { label: i18n.t('action.done'), isHeavy: true, onPress: close }
            : {
                label: i18n.t('action.explorer'),
                onPress: () => void browser.tabs.create({ url: page }),
              }
        }
        {...(page !== undefined && {
          approve: { label: i18n.t('action.done'), onPress: close },
        })}
      >
        <div className="mt-6 flex justify-center">
          <Mark size={72} state="whole" joins />
        </div>
        <p className="mt-6 text-center font-semibold text-balance wrap-anywhere">{view.headline}</p>
        {isSent && party && (
          <div className="mt-4 flex justify-center">
            <Address address={party.address} />
          </div>
        )}
        {times && state.since !== undefined && (
          <p className="mt-4 text-center text-small text-ink3">
            {i18n.t('talk.took', [
              String(Math.round(times.you)),
              peer?.name ?? i18n.t('talk.cosignerIn'),
              i18n.t('co.ms', [String(Math.round(times.cosigner))]),
            ])}
          </p>
        )}
        {isSent && (
          <p className="mt-4 text-center font-mono text-small text-ink3 wrap-anywhere">{id}</p>
        )}
      </ApprovalFrame>
    </div>
  )
}

/** Of several that are sent in order, how many the network took, if not all of them. */
function partOf(last: string, signed: SignedView | undefined) {
  if (signed?.type !== 'transactions') return undefined
  const of = signed.transactions.length
  const sent = signed.transactions.findIndex(({ id }) => id === last) + 1
  return sent < of ? { sent, of } : undefined
}

/** It stays while somebody moves over it or uses a key, and makes way for what waits behind it. */
function useAutoDismiss(ms: number, hasMore: boolean, close: () => void) {
  const [from, setFrom] = useState(() => Date.now())
  useEffect(() => {
    const after = hasMore ? Math.min(ms, SIGNED_MS) : ms
    const timer = setTimeout(close, Math.max(0, from + after - Date.now()))
    return () => clearTimeout(timer)
    // The result does not change any more.
  }, [from, hasMore, ms])
  const keep = () => setFrom(Date.now())
  return { onPointerMove: keep, onKeyDown: keep }
}
