import { i18n } from '#i18n'
import { background, useApprovals } from '../background.ts'
import { Mark } from '../parts/Mark.tsx'
import { ConnectScreen } from './ConnectScreen.tsx'
import { RequestScreen } from './RequestScreen.tsx'

const over = new Set(['done', 'failed', 'rejected'])

/** The one window in which everything is approved: the oldest question first. */
export function ApprovePage() {
  const open = useApprovals()?.filter(({ state }) => !over.has(state.at))
  if (!open) return null
  const [approval] = open
  if (!approval)
    return (
      <div className="flex h-full flex-col items-center justify-center gap-3 px-8 text-center">
        <Mark size={40} />
        <h1 className="text-headline">{i18n.t('approval.nothing')}</h1>
        <p className="text-ink2">{i18n.t('approval.nothingText')}</p>
      </div>
    )
  const shown = {
    approval,
    place: 1,
    of: open.length,
    onDecide: (decision: Parameters<typeof background.decide>[1]) =>
      void background.decide(approval.id, decision),
  }
  return approval.question.kind === 'connect' ? (
    <ConnectScreen key={approval.id} {...shown} />
  ) : (
    <RequestScreen key={approval.id} {...shown} />
  )
}
