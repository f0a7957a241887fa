import { i18n } from '#i18n'
import { storedSettings } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Page.tsx'
import { Segments } from '../parts/Segments.tsx'
import { Switch } from '../parts/Switch.tsx'
import { hrefOf } from '../route.ts'
import { useStored } from '../use-stored.ts'
import { ChangePassword } from './ChangePassword.tsx'
import { LockPasskeys } from './LockPasskeys.tsx'

const MINUTES = ['5', '15', '60'] as const

/** When this browser locks itself, and what pages see of it. */
export function SecurityPage() {
  const settings = useStored(storedSettings)
  if (!settings)
    return <Page title={i18n.t('security.title')} back={hrefOf('settings')} children={null} />
  const { lockAfter, legacyProvider } = settings
  const chosen = MINUTES.find((minutes) => Number(minutes) === lockAfter) ?? '15'
  return (
    <Page title={i18n.t('security.title')} back={hrefOf('settings')}>
      <section>
        <h2 className="mb-2 font-semibold">{i18n.t('security.lockAfter')}</h2>
        <Segments
          label={i18n.t('security.lockAfter')}
          name="lock-after"
          value={chosen}
          onChange={(minutes) => {
            void background.choosePart({ lockAfter: Number(minutes) }).then(() => background.used())
          }}
          options={MINUTES.map((value) => ({ value, text: i18n.t('security.minutes', [value]) }))}
        />
        <p className="mt-2 text-small text-ink3">{i18n.t('security.lockText')}</p>
        <Button className="mt-3 w-full" onClick={() => void background.lock()}>
          {i18n.t('security.lockNow')}
        </Button>
      </section>
      <section className="mt-6">
        <h2 className="font-semibold">{i18n.t('security.password')}</h2>
        <ChangePassword />
      </section>
      <LockPasskeys />
      <section className="mt-6">
        <h2 className="mb-2 font-semibold">{i18n.t('security.sites')}</h2>
        <div className="rounded-card border border-line bg-surface px-4">
          <Switch
            id="legacy"
            label={i18n.t('security.legacy')}
            text={i18n.t('security.legacyText')}
            isOn={legacyProvider}
            onChange={(isOn) => void background.choosePart({ legacyProvider: isOn })}
          />
        </div>
      </section>
    </Page>
  )
}
