import { i18n } from '#i18n'
import { hasRealMoney } from '../../messages/real-money.ts'
import { storedSettings } from '../../messages/stored.ts'
import { Button } from '../parts/Button.tsx'
import { ChainGlyph } from '../parts/ChainGlyph.tsx'
import { Icon } from '../parts/Icon.tsx'
import { NodeChoice } from '../settings/NodeChoice.tsx'
import { useNetworks } from '../use-networks.ts'
import { useStored } from '../use-stored.ts'
import { OnboardingFrame } from './OnboardingFrame.tsx'

/** The last choice: whom this browser asks about each network. Until then it asks nobody. */
export function NodesStep() {
  const settings = useStored(storedSettings)
  const networks = useNetworks()
  if (!settings) return null
  const { chains, nodes } = settings
  const shown = networks.filter(({ id, family }) => chains[family] === id)
  const isChosen = shown.some(({ id }) => nodes[id] !== undefined)
  return (
    <OnboardingFrame
      step={4}
      mark="whole"
      title={i18n.t('setup.network')}
      text={i18n.t('setup.networkText')}
    >
      <div className="space-y-3">
        {shown.map((network) => {
          const url = nodes[network.id]
          return (
            <details key={network.id} className="group rounded-card border border-line bg-surface">
              <summary className="flex min-h-14 cursor-pointer list-none items-center gap-3 px-4 py-2">
                <ChainGlyph family={network.family} />
                <span className="min-w-0 flex-1">
                  <span className="block font-semibold">{network.name}</span>
                  <span className="block truncate text-small text-ink3">
                    {url === undefined ? i18n.t('networks.none') : URL.parse(url)?.host}
                  </span>
                </span>
                {url !== undefined && <Icon name="check" />}
                <span className="text-ink3 group-open:rotate-180">
                  <Icon name="down" size={16} />
                </span>
              </summary>
              <div className="border-t border-line p-4">
                <NodeChoice network={network} inUse={url} />
              </div>
            </details>
          )
        })}
      </div>
      <p className="mt-4 text-small text-ink3">
        {i18n.t(hasRealMoney ? 'networks.mainnetText' : 'setup.test1')}
      </p>
      <Button
        weight={isChosen ? 'filled' : 'outlined'}
        className="mt-6 w-full"
        onClick={() => location.assign('/app.html')}
      >
        {i18n.t(isChosen ? 'setup.finish' : 'setup.later')}
      </Button>
      <p className="mt-3 text-center text-small text-ink3">{i18n.t('setup.popup')}</p>
    </OnboardingFrame>
  )
}
