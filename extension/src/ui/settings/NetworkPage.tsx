import { networks } from '@tandem/chains'
import { i18n } from '#i18n'
import { storedSettings } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Disclosure } from '../parts/Disclosure.tsx'
import { NetworkCommand } from '../parts/NetworkCommand.tsx'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { useNetworks } from '../use-networks.ts'
import { useStored } from '../use-stored.ts'
import { networkCommand } from '../words/network-command.ts'
import { NodeChoice } from './NodeChoice.tsx'

/** One network: whom this wallet asks about it. */
export function NetworkPage({ id }: { readonly id: string }) {
  const settings = useStored(storedSettings)
  const network = useNetworks().find((one) => one.id === id)
  if (!settings || !network)
    return <Page title={i18n.t('networks.title')} back={hrefOf('networks')} children={null} />
  const url = settings.nodes[id]
  const isFirst = settings.chains[network.family] === id
  return (
    <Page title={network.name} back={hrefOf('networks')}>
      {url !== undefined && (
        <div className="mb-4 flex items-center gap-3 rounded-card border border-line bg-surface px-4 py-3">
          <span className="min-w-0 flex-1">
            <span className="block text-small text-ink3">{i18n.t('networks.inUse')}</span>
            <span className="block font-semibold break-all">{url}</span>
          </span>
          <button
            type="button"
            className="min-h-9 shrink-0 underline underline-offset-4"
            onClick={() => void background.useNode(id, undefined)}
          >
            {i18n.t('networks.stop')}
          </button>
        </div>
      )}
      <NodeChoice network={network} inUse={url} />
      {(network.test || !networks.some((one) => one.id === id)) && (
        <Disclosure
          title={i18n.t('ownNetwork.cosigner')}
          className="mt-6 border-t border-line pt-3"
        >
          <p className="mt-2 text-ink2">{i18n.t('ownNetwork.cosignerText')}</p>
          <NetworkCommand command={networkCommand(network)} />
        </Disclosure>
      )}
      <div className="mt-6">
        {isFirst ? (
          <p className="text-small text-ink3">{i18n.t('networks.newSites')}</p>
        ) : (
          <Button
            className="w-full"
            onClick={() =>
              void background.choosePart({ chains: { ...settings.chains, [network.family]: id } })
            }
          >
            {i18n.t('networks.begin')}
          </Button>
        )}
      </div>
    </Page>
  )
}
