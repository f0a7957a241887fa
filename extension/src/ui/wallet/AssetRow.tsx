import { i18n } from '#i18n'
import { Breakable } from '../parts/Breakable.tsx'
import { ChainGlyph } from '../parts/ChainGlyph.tsx'
import { hrefOf } from '../route.ts'
import { momentOf } from '../words/time.ts'
import type { Asset } from './assets.ts'
import { brief } from './brief.ts'

/** One asset: a dash until it is known, never a nought. */
export function AssetRow({ asset, latest }: { readonly asset: Asset; readonly latest: number }) {
  const { symbol, decimals, network, amount, at, trouble } = asset
  return (
    <li>
      <a
        href={trouble === 'no-node' ? hrefOf('networks', network.id) : hrefOf('send', asset.asset)}
        className="flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-sunken"
      >
        <ChainGlyph family={network.family} />
        <span className="min-w-24 flex-1">
          <span className="block font-semibold wrap-anywhere">{symbol}</span>
          <span className={`block truncate text-small ${trouble ? 'text-ask' : 'text-ink3'}`}>
            {words(trouble, network.name)}
          </span>
        </span>
        <span className="min-w-0 text-right">
          <span className={`block font-semibold ${amount === undefined ? 'text-ink3' : ''}`}>
            {amount === undefined ? '-' : <Breakable text={brief(amount, decimals)} />}
          </span>
          {amount !== undefined && at !== undefined && at < latest - 60_000 && (
            <span className="block text-small text-ink3">
              {i18n.t('assets.at', [momentOf(at)])}
            </span>
          )}
        </span>
      </a>
    </li>
  )
}

function words(trouble: string | undefined, name: string): string {
  if (trouble === undefined) return name
  return trouble === 'no-node'
    ? `${name} . ${i18n.t('home.noNode')}`
    : i18n.t('home.noAnswer', [name])
}
