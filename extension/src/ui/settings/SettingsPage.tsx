import { browser } from 'wxt/browser'
import { i18n } from '#i18n'
import { Card } from '../parts/Card.tsx'
import { Icon } from '../parts/Icon.tsx'
import { LinkRow } from '../parts/LinkRow.tsx'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'

const rows = [
  { path: 'sites', title: 'settings.sites', text: 'settings.sitesText' },
  { path: 'networks', title: 'settings.networks', text: 'settings.networksText' },
  { path: 'contacts', title: 'settings.contacts', text: 'settings.contactsText' },
  { path: 'tokens', title: 'settings.tokens', text: 'settings.tokensText' },
  { path: 'security', title: 'settings.security', text: 'settings.securityText' },
  { path: 'about', title: 'settings.about', text: 'settings.aboutText' },
] as const

/** The way to everything that a person may choose. */
export function SettingsPage() {
  const isPopup = location.pathname === '/popup.html'
  return (
    <Page
      title={i18n.t('settings.title')}
      aside={
        isPopup && (
          <button
            type="button"
            className="flex min-h-9 items-center gap-2 rounded-chip px-2 text-small font-semibold text-ink2 hover:bg-sunken"
            onClick={() =>
              void browser.tabs.create({ url: new URL('/app.html', location.href).href })
            }
          >
            {i18n.t('nav.full')}
            <Icon name="window" size={16} />
          </button>
        )
      }
    >
      <Card label={i18n.t('settings.title')}>
        {rows.map(({ path, title, text }) => (
          <li key={path}>
            <LinkRow href={hrefOf(path)} title={i18n.t(title)} text={i18n.t(text)} />
          </li>
        ))}
      </Card>
    </Page>
  )
}
