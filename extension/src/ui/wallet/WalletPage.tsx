import { type ReactNode, useEffect } from 'react'
import { browser } from 'wxt/browser'
import { i18n } from '#i18n'
import type { EngineState } from '../../messages/engine.ts'
import { ActivityPage } from '../activity/ActivityPage.tsx'
import { DecidedPage } from '../activity/DecidedPage.tsx'
import { CosignerPage } from '../cosigner/CosignerPage.tsx'
import { Button } from '../parts/Button.tsx'
import { Beside } from '../parts/beside.ts'
import { Mark } from '../parts/Mark.tsx'
import { hrefOf, useRoute } from '../route.ts'
import { SendPage } from '../send/SendPage.tsx'
import { AboutPage } from '../settings/AboutPage.tsx'
import { ContactsPage } from '../settings/ContactsPage.tsx'
import { NetworkPage } from '../settings/NetworkPage.tsx'
import { NetworksPage } from '../settings/NetworksPage.tsx'
import { SecurityPage } from '../settings/SecurityPage.tsx'
import { SettingsPage } from '../settings/SettingsPage.tsx'
import { SitesPage } from '../settings/SitesPage.tsx'
import { usePanes } from '../use-panes.ts'
import { useUsed } from '../use-used.ts'
import { AccountsPage } from './AccountsPage.tsx'
import { DamagedPage } from './DamagedPage.tsx'
import { HomePage } from './HomePage.tsx'
import { LockPage } from './LockPage.tsx'
import { ReceivePage } from './ReceivePage.tsx'
import { TabBar } from './TabBar.tsx'
import { TokensPage } from './TokensPage.tsx'
import { useWallet } from './use-wallet.ts'

type Known = { readonly state: EngineState | undefined; readonly waiting: number }

const nobody: EngineState['cosigner'] = { state: 'none' }

/** Each place, by the first part of the hash; the second part is its own. */
const places: Readonly<Record<string, (known: Known, part: string | undefined) => ReactNode>> = {
  '': ({ state, waiting }) => <HomePage cosigner={state?.cosigner ?? nobody} waiting={waiting} />,
  accounts: () => <AccountsPage />,
  receive: (_known, chain) => <ReceivePage chain={chain} />,
  send: (_known, asset) => <SendPage key={asset} asset={asset} />,
  tokens: () => <TokensPage />,
  activity: (_known, id) => (id === undefined ? <ActivityPage /> : <DecidedPage id={id} />),
  cosigner: (_known, part) => <CosignerPage part={part} />,
  settings: () => <SettingsPage />,
  sites: () => <SitesPage />,
  networks: (_known, id) =>
    id === undefined ? <NetworksPage /> : <NetworkPage key={id} id={id} />,
  contacts: () => <ContactsPage />,
  security: () => <SecurityPage />,
  about: ({ state }) => <AboutPage cosigner={state?.cosigner ?? nobody} />,
}

/**
 * The wallet, in the popup and in a tab. Nothing is signed in it: a popup dies when it loses the
 * focus.
 */
export function WalletPage({ isWide = false }: { readonly isWide?: boolean }) {
  const { lock, isDamaged, state, waiting } = useWallet()
  const [first = '', part] = useRoute()
  const room = usePanes()
  const panes = isWide ? room : 'narrow'
  useUsed()
  useEffect(() => {
    if (first === '') document.title = i18n.t('app.name')
  }, [first])
  if (isDamaged) return <DamagedPage />
  if (lock === 'unknown') return <Frame />
  if (lock === 'locked') return <LockPage />
  if (lock === 'none' || (state && state.wallet !== 'ready')) return <Begin />
  const tab = tabOf(first)
  const place = places[first] ?? places['']
  const known = { state, waiting }
  if (panes === 'narrow')
    return (
      <div className="flex h-full flex-col">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">{place?.(known, part)}</div>
        {!alone.has(first) && <TabBar at={tab} isWide={false} />}
      </div>
    )
  const list = panes === 'two' && hasList.has(tab) ? places[tab] : undefined
  const isChosen = first !== tab || part !== undefined
  return (
    <div className={`mx-auto flex h-full ${panes === 'two' ? 'max-w-[1200px]' : 'max-w-[960px]'}`}>
      <TabBar at={tab} isWide />
      {list && (
        <div className="flex w-[376px] shrink-0 flex-col border-x border-line py-6">
          {list(known, undefined)}
        </div>
      )}
      <div className="flex min-h-0 max-w-[720px] min-w-0 flex-1 flex-col py-6">
        {list && !isChosen ? (
          <Nothing />
        ) : (
          <Beside value={list && hrefOf(tab)}>{place?.(known, part)}</Beside>
        )}
      </div>
    </div>
  )
}

const inSettings = new Set(['sites', 'networks', 'contacts', 'tokens', 'security', 'about'])
/** Forms that need the whole popup, and have a way back. */
const alone = new Set(['send'])
/** Tabs that are lists: what is chosen in them stands beside them where there is room. */
const hasList = new Set(['activity', 'cosigner', 'settings'])
const inHome = new Set(['accounts', 'receive', 'send'])

const tabOf = (first: string): string =>
  inSettings.has(first) ? 'settings' : inHome.has(first) ? '' : first

/** What stands before anything is known. */
function Frame() {
  return (
    <div className="flex h-full items-center justify-center">
      <Mark size={40} />
    </div>
  )
}

/** Beside a list of which nothing is chosen. */
function Nothing() {
  useEffect(() => {
    document.title = i18n.t('app.name')
  }, [])
  return (
    <p className="flex flex-1 flex-col items-center justify-center gap-3 px-8 text-center text-ink3">
      <Mark size={40} />
      {i18n.t('nav.choose')}
    </p>
  )
}

function Begin() {
  return (
    <main className="mx-auto flex min-h-full max-w-[400px] flex-col items-center justify-center gap-3 px-8 py-6 text-center">
      <Mark size={56} state="apart" />
      <h1 className="mt-4 text-headline">{i18n.t('home.begin')}</h1>
      <p className="text-ink2">{i18n.t('home.beginText')}</p>
      <Button
        weight="filled"
        className="mt-4 w-full"
        onClick={() =>
          void browser.tabs.create({ url: new URL('/onboarding.html', location.href).href })
        }
      >
        {i18n.t('action.next')}
      </Button>
    </main>
  )
}
