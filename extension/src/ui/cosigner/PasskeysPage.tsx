import { type FormEvent, useEffect, useState } from 'react'
import { i18n } from '#i18n'
import type { PasskeyView } from '../../messages/cosigner.ts'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Card } from '../parts/Card.tsx'
import { Command } from '../parts/Command.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Field } from '../parts/Field.tsx'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { makePasskey } from './make-passkey.ts'
import { shortOf } from './short-of.ts'

/** How often it is asked whether one counts now, while somebody looks. */
const ASK_MS = 2000

/** Passkeys of this browser as second factors: offered here, accepted at the co-signer. */
export function PasskeysPage({ passkeys }: { readonly passkeys: readonly PasskeyView[] }) {
  const [trouble, setTrouble] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const waits = passkeys.some(({ state }) => state === 'waits')
  useEffect(() => {
    if (!waits) return
    const timer = setInterval(() => void background.askPasskeys().catch(() => undefined), ASK_MS)
    return () => clearInterval(timer)
  }, [waits])

  async function add(name: string): Promise<void> {
    setBusy(true)
    setTrouble(undefined)
    try {
      const { id, challenge } = await background.passkeyChallenge()
      await background.offerPasskey({ id, name, ...(await makePasskey(name, challenge)) })
    } catch {
      setTrouble(i18n.t('co.passkey.failed'))
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const name = new FormData(event.currentTarget).get('name')
    if (typeof name === 'string' && name.trim() !== '') void add(name.trim())
  }

  return (
    <Page title={i18n.t('co.passkey.title')} back={hrefOf('cosigner')}>
      <p className="text-ink2">{i18n.t('co.passkey.about')}</p>
      {passkeys.length > 0 && (
        <div className="mt-4">
          <Card label={i18n.t('co.passkey.title')}>
            {passkeys.map(({ id, name, state }) => (
              <li key={id} className="px-4 py-3">
                <p className="font-semibold">{name}</p>
                <p className="text-small text-ink3">{wordsOf(state)}</p>
                {state === 'waits' && (
                  <Command text={`tandem second-factor accept ${shortOf(id)}`} />
                )}
              </li>
            ))}
          </Card>
        </div>
      )}
      <form onSubmit={submit} className="mt-6">
        <Field
          id="name"
          name="name"
          label={i18n.t('co.passkey.name')}
          defaultValue={i18n.t('co.passkey.suggestion')}
          maxLength={40}
        />
        <Button type="submit" weight="filled" className="mt-3 w-full" disabled={isBusy}>
          {i18n.t('co.passkey.add')}
        </Button>
        <Failure text={trouble} />
      </form>
    </Page>
  )
}

function wordsOf(state: PasskeyView['state']): string {
  switch (state) {
    case 'waits':
      return i18n.t('co.passkey.waits')
    case 'enrolled':
      return i18n.t('co.passkey.enrolled')
    case 'removed':
      return i18n.t('co.passkey.removed')
    case 'refused':
      return i18n.t('co.passkey.refused')
  }
}
