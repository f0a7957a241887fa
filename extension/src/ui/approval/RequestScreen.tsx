import { useEffect, useMemo, useState } from 'react'
import { i18n } from '#i18n'
import type { Approval, Edit, SignQuestion } from '../../messages/approval.ts'
import type { Explained } from '../../messages/engine.ts'
import { type Token, storedTokens } from '../../messages/stored.ts'
import { useStored } from '../use-stored.ts'
import { useAccounts } from '../wallet/accounts.ts'
import { type RequestView, requestView } from '../words/request-view.ts'
import { withOwnNames } from '../words/with-own-names.ts'
import type { Actions } from './actions.ts'
import type { Place } from './ApprovalFrame.tsx'
import { ReadScreen } from './ReadScreen.tsx'
import { RefusalScreen } from './RefusalScreen.tsx'
import { ResultScreen } from './ResultScreen.tsx'
import { SecondScreen } from './SecondScreen.tsx'
import { SigningScreen } from './SigningScreen.tsx'
import { useAfterProof } from './use-after-proof.ts'

type Props = Place & {
  readonly approval: Approval
  readonly question: SignQuestion
  readonly explained: Explained
  readonly actions: Actions
  readonly onEdit: (edit: Edit) => void
  /** Why the last change could not be built: what is shown is as it was. */
  readonly editTrouble: string | undefined
  /** It is asked in the place of one that became too old while it was approved. */
  readonly isRenewed: boolean
}

/** A request to sign, from the first look at it to what came of it, in one place. */
export function RequestScreen(props: Props) {
  const { approval, question, explained, place, of, peer, actions } = props
  const { onEdit, editTrouble, isRenewed } = props
  const { id, site, state } = approval
  const from = useNameAmongOthers(question.account)
  const tokens = useStored(storedTokens) ?? none
  const view = useMemo(
    () => withAccount(requestView(question, withOwnNames(explained, tokens), site), from),
    [question, explained, tokens, site, from],
  )
  const [isSecond, setSecond] = useState(false)
  const verdict = state.at === 'shown' ? state.verdict : undefined
  const [wasAsked, setAsked] = useState(false)
  useEffect(() => {
    if (verdict?.decision === 'needs-factor') setAsked(true)
  }, [verdict])
  const afterProof = useAfterProof(
    verdict,
    explained.hash,
    () => void actions.decide(id, { approve: true, hash: explained.hash }),
  )
  const shared = { approval, question, explained, view, place, of, peer, actions }
  if (state.at === 'done') return <ResultScreen {...shared} state={state} />
  if (state.at === 'signing') return <SigningScreen {...shared} state={state} />
  if (state.at !== 'shown') return null
  if (explained.refusal || verdict?.decision === 'deny')
    return <RefusalScreen {...shared} verdict={verdict} onEdit={onEdit} />
  if (isSecond && verdict)
    return (
      <SecondScreen
        {...shared}
        verdict={verdict}
        state={state}
        wasAsked={wasAsked}
        onProof={afterProof}
        onBack={() => setSecond(false)}
      />
    )
  return (
    <ReadScreen
      {...shared}
      state={state}
      onEdit={onEdit}
      editTrouble={editTrouble}
      isRenewed={isRenewed}
      onContinue={() => setSecond(true)}
    />
  )
}

const none: readonly Token[] = []

/** Which account it is, where the wallet has several. */
function useNameAmongOthers(account: number): string | undefined {
  const all = useAccounts()?.all ?? []
  return all.length > 1 ? all.find(({ number }) => number === account)?.name : undefined
}

function withAccount(view: RequestView, name: string | undefined): RequestView {
  if (name === undefined) return view
  const who = i18n.t(view.verb === 'approve' ? 'approval.from' : 'approval.as', [name])
  return { ...view, under: `${view.under} · ${who}` }
}
