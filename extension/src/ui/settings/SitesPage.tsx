import { i18n } from '#i18n'
import { storedAccounts, storedSites } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Card } from '../parts/Card.tsx'
import { Empty } from '../parts/Empty.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { useNetworks } from '../use-networks.ts'
import { useStored } from '../use-stored.ts'
import { nameOf } from '../wallet/accounts.ts'
import { nearDayOf } from '../words/near-day.ts'

/** Which sites see which accounts, and taking it back. */
export function SitesPage() {
  const sites = useStored(storedSites)
  const accounts = useStored(storedAccounts)
  const networks = useNetworks()
  if (!sites || !accounts)
    return <Page title={i18n.t('sites.title')} back={hrefOf('settings')} children={null} />
  const all = Object.entries(sites).toSorted(([, a], [, b]) => b.since - a.since)
  const nameOfChain = (id: string) => networks.find((one) => one.id === id)?.name ?? id
  return (
    <Page title={i18n.t('sites.title')} back={hrefOf('settings')}>
      {all.length === 0 ? (
        <Empty title={i18n.t('sites.none')} text={i18n.t('sites.noneText')} />
      ) : (
        <>
          <Card label={i18n.t('sites.title')}>
            {all.map(([origin, { since, given }]) => (
              <li key={origin} className="flex items-center gap-2 py-2 pr-2 pl-4">
                <span className="min-w-0 flex-1">
                  <span className="block font-semibold break-all">{origin}</span>
                  {Object.values(given).map(({ chain, accounts: seen }) => (
                    <span key={chain} className="block text-small text-ink2 wrap-anywhere">
                      {i18n.t('sites.sees', [
                        seen.map((number) => nameOf(accounts, number)).join(', '),
                        nameOfChain(chain),
                      ])}
                    </span>
                  ))}
                  <span className="block text-small text-ink3">
                    {i18n.t('sites.since', [nearDayOf(since)])}
                  </span>
                </span>
                <button
                  type="button"
                  aria-label={`${i18n.t('sites.disconnect')}: ${origin}`}
                  className="flex size-10 shrink-0 items-center justify-center rounded-chip text-ink2 hover:bg-sunken"
                  onClick={() => void background.disconnect(origin)}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </Card>
          <Button className="mt-4 w-full" onClick={() => void background.disconnectAll()}>
            {i18n.t('sites.all')}
          </Button>
        </>
      )}
    </Page>
  )
}
