import { i18n } from '#i18n'
import { families } from '../../messages/page-channel.ts'
import { hasRealMoney, isOffered } from '../../messages/real-money.ts'
import { storedSettings } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Card } from '../parts/Card.tsx'
import { LinkRow } from '../parts/LinkRow.tsx'
import { Page } from '../parts/Page.tsx'
import { Switch } from '../parts/Switch.tsx'
import { hrefOf } from '../route.ts'
import { useNetworks } from '../use-networks.ts'
import { useStored } from '../use-stored.ts'

const words = {
  evm: 'networks.evm',
  bitcoin: 'networks.bitcoin',
  solana: 'networks.solana',
} as const

/** Every network, by family, with the node that is asked. */
export function NetworksPage() {
  const settings = useStored(storedSettings)
  const networks = useNetworks()
  if (!settings)
    return <Page title={i18n.t('networks.title')} back={hrefOf('settings')} children={null} />
  const { nodes, mainnet } = settings
  const shown = networks.filter((network) => isOffered(network, settings))
  return (
    <Page title={i18n.t('networks.title')} back={hrefOf('settings')}>
      <p className="mb-4 text-ink2">{i18n.t('networks.text')}</p>
      {families.map((family) => (
        <section key={family} className="mb-4">
          <h2 className="mb-1 text-small font-semibold text-ink3">{i18n.t(words[family])}</h2>
          <Card>
            {shown
              .filter((network) => network.family === family)
              .map(({ id, name }) => (
                <li key={id}>
                  <LinkRow
                    href={hrefOf('networks', id)}
                    title={name}
                    text={nodes[id] === undefined ? i18n.t('networks.none') : hostOf(nodes[id])}
                  />
                </li>
              ))}
          </Card>
        </section>
      ))}
      {hasRealMoney ? (
        <div className="rounded-card border border-line bg-surface px-4">
          <Switch
            id="mainnet"
            label={i18n.t('networks.mainnet')}
            text={i18n.t('networks.mainnetText')}
            isOn={mainnet}
            onChange={(isOn) => void background.choosePart({ mainnet: isOn })}
          />
        </div>
      ) : (
        <p className="text-small text-ink3">{i18n.t('networks.noMainnet')}</p>
      )}
    </Page>
  )
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? url
