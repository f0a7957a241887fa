import { useState } from 'react'
import { i18n } from '#i18n'
import type { Approval, ApprovalState, SignQuestion } from '../../messages/approval.ts'
import type { Explained, VerdictView } from '../../messages/engine.ts'
import type { RequestView } from '../words/request-view.ts'
import { background } from '../background.ts'
import { hasPasskeys } from '../passkey/prf.ts'
import { verdictDetail } from '../words/verdict-detail.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { LevelBand } from './LevelBand.tsx'
import { verbOf } from './ReadScreen.tsx'
import { type FactorKind, SecondFactor, passkeyProof } from './SecondFactor.tsx'
import { TypedConfirm, isTyped } from './TypedConfirm.tsx'
import { VerdictStrip } from './VerdictStrip.tsx'

type Props = Place & {
  readonly approval: Approval
  readonly question: SignQuestion
  readonly explained: Explained
  readonly view: RequestView
  readonly verdict: VerdictView
  readonly state: Extract<ApprovalState, { at: 'shown' }>
  readonly actions: Actions
  /** The co-signer asked for a second factor, and has it: no word is typed then. */
  readonly wasAsked: boolean
  /** A proof leaves: it stands for the press, too. */
  readonly onProof: () => void
  readonly onBack: () => void
}

/** The factor with a screen of its own comes first. */
const best: readonly FactorKind[] = ['operator', 'passkey', 'code']

/** The second step, in place and armed anew: a second factor if one is asked for, else a typed word. */
export function SecondScreen(props: Props) {
  const { approval, question, explained, view, verdict, state, place, of } = props
  const { actions, wasAsked, onProof, onBack } = props
  const { id, site } = approval
  const asks = verdict.decision === 'needs-factor'
  const { accepts = [] } = verdictDetail(verdict)
  const challenge = verdict.challenge
  const kinds = best.filter(
    (one) =>
      accepts.includes(one) && (one !== 'passkey' || (challenge !== undefined && hasPasskeys())),
  )
  const [kind, setKind] = useState<FactorKind>(kinds[0] ?? 'operator')
  const [code, setCode] = useState('')
  const [word, setWord] = useState('')
  /** Why nothing came of the last one. */
  const [trouble, setTrouble] = useState<'no-passkey' | 'no-answer'>()
  const needsWord = !asks && !wasAsked
  const isHeavy = view.level === 'high' || view.level === 'unreadable'
  const isChecking = state.proof === 'checking'
  const isReady = asks
    ? !isChecking && (kind === 'passkey' || (kind === 'code' && code.length >= 6))
    : !needsWord || isTyped(word, view.word)

  async function press(): Promise<void> {
    if (!asks) return actions.decide(id, { approve: true, hash: explained.hash })
    setTrouble(undefined)
    const proof =
      kind === 'code'
        ? ({ kind, code } as const)
        : challenge && (await passkeyProof(challenge, await offered()))
    if (!proof) return setTrouble('no-passkey')
    setCode('')
    onProof()
    try {
      await actions.prove(id, proof)
    } catch {
      // It may have come to the co-signer, and its answer not here: a code counts once.
      setTrouble('no-answer')
    }
  }

  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step={`second ${id}`}
      headline={i18n.t(asks ? 'second.title' : 'second.wordTitle')}
      under={asks ? i18n.t('second.rule', [verdict.rule]) : view.headline}
      band={<LevelBand level={view.level} reasons={asks ? [] : view.reasons.slice(0, 1)} />}
      strip={<VerdictStrip verdict={verdict} trouble={undefined} telling={view.telling} />}
      onEscape={onBack}
      reject={{
        label: i18n.t('action.reject'),
        isHeavy,
        onPress: () => void actions.decide(id, { approve: false }),
      }}
      approve={{
        armKey: ['second', id, explained.hash, view.level, verdict.decision, kind].join(),
        arm: isReady,
        label: verbOf(view),
        isHeavy: !isHeavy,
        onPress: () => void press(),
      }}
    >
      {asks && <p className="mt-2 font-semibold wrap-anywhere">{view.headline}</p>}
      {asks ? (
        <SecondFactor
          kinds={kinds}
          kind={kind}
          onKind={setKind}
          code={code}
          onCode={setCode}
          number={question.requestId.slice(0, 8)}
          expiresAt={verdict.expiresAt}
          state={trouble ?? state.proof}
        />
      ) : needsWord ? (
        <TypedConfirm word={view.word} value={word} onValue={setWord} />
      ) : (
        <p role="status" className="mt-4 text-ink2">
          {i18n.t('second.approved')}
        </p>
      )}
      <button
        type="button"
        className="mt-4 min-h-6 text-ink2 underline underline-offset-4"
        onClick={onBack}
      >
        {i18n.t('action.back')}
      </button>
    </ApprovalFrame>
  )
}

/** What this browser offered to the co-signer: it may have others, which open it. */
async function offered(): Promise<readonly Uint8Array[]> {
  // Without an answer the person picks.
  const view = await background.cosigner().catch(() => undefined)
  return (view?.passkeys ?? []).flatMap(({ state, credentialId }) =>
    state !== 'refused' && credentialId ? [credentialId] : [],
  )
}
