import { i18n } from '#i18n'
import type { Approval } from '../../messages/approval.ts'
import { useApprovals } from '../background.ts'
import { Mark } from '../parts/Mark.tsx'
import { actions } from './actions.ts'
import { usePeer } from './peer.ts'
import { QuestionScreen } from './QuestionScreen.tsx'

/** The one window in which everything is approved: the oldest question first. */
export function ApprovePage() {
  const peer = usePeer()
  const open = useApprovals()?.filter(({ state }) => state.at !== 'rejected')
  if (!open) return null
  const [approval] = open.toSorted(byTurn)
  if (!approval)
    return (
      <main className="flex h-full flex-col items-center justify-center gap-3 px-8 text-center">
        <Mark size={40} />
        <h1 className="text-headline">{i18n.t('approval.nothing')}</h1>
        <p className="text-ink2">{i18n.t('approval.nothingText')}</p>
      </main>
    )
  return (
    <QuestionScreen
      key={approval.id}
      approval={approval}
      place={1}
      of={open.length}
      peer={peer}
      actions={actions}
    />
  )
}

/** What is being signed, and what came of it, stays in front of what waits. */
const byTurn = (a: Approval, b: Approval): number => Number(isMoving(b)) - Number(isMoving(a))

const isMoving = ({ state }: Approval): boolean =>
  state.at === 'signing' || state.at === 'done' || state.at === 'failed'
