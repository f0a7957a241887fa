import { useId, useState } from 'react'
import { i18n } from '#i18n'
import type { Approval } from '../../messages/approval.ts'
import { Field } from '../parts/Field.tsx'
import { UnlockByPasskey } from '../passkey/UnlockByPasskey.tsx'
import { lockTrouble } from '../words/lock-trouble.ts'
import { hostOf } from '../words/request-view.ts'
import type { Actions } from './actions.ts'
import { ApprovalFrame, type Place } from './ApprovalFrame.tsx'
import { CoSignerStrip } from './CoSignerStrip.tsx'

type Props = Place & { readonly approval: Approval; readonly actions: Actions }

/** Only who asks is shown: what is asked is read once the wallet is open. Enter unlocks, and approves nothing. */
export function UnlockScreen({ approval, place, of, actions }: Props) {
  const { id, site } = approval
  const field = useId()
  const [password, setPassword] = useState('')
  const [trouble, setTrouble] = useState<string>()
  const unlock = async () => {
    setTrouble(undefined)
    try {
      await actions.unlock(password)
    } catch (error) {
      setTrouble(lockTrouble(error))
    }
    setPassword('')
  }
  return (
    <ApprovalFrame
      site={site}
      place={place}
      of={of}
      step={`unlock ${id}`}
      mark="apart"
      headline={i18n.t('does.unlock', [site ? hostOf(site) : i18n.t('approval.you')])}
      under={i18n.t('approval.locked')}
      strip={<CoSignerStrip kind="not-needed" />}
      reject={{
        label: i18n.t('action.reject'),
        onPress: () => void actions.decide(id, { approve: false }),
      }}
      approve={{ label: i18n.t('action.unlock'), onPress: () => void unlock() }}
    >
      <form
        className="mt-5"
        onSubmit={(event) => {
          event.preventDefault()
          void unlock()
        }}
      >
        <Field
          id={field}
          type="password"
          autoComplete="current-password"
          label={i18n.t('lock.password')}
          value={password}
          trouble={trouble}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
      </form>
      <UnlockByPasskey />
    </ApprovalFrame>
  )
}
