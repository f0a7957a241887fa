import { useEffect } from 'react'
import { i18n } from '#i18n'
import type { EngineState } from '../../messages/engine.ts'
import { background } from '../background.ts'
import { Card } from '../parts/Card.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Mark } from '../parts/Mark.tsx'
import { hrefOf } from '../route.ts'
import { momentOf } from '../words/time.ts'
import { useAccounts } from './accounts.ts'
import { AssetRow } from './AssetRow.tsx'
import { useAssets } from './assets.ts'
import { Notice } from './Notice.tsx'
import { StatusChip } from './StatusChip.tsx'

type Props = {
  readonly cosigner: EngineState['cosigner']
  /** Requests that wait for the person. */
  readonly waiting: number
}

const REFRESH_MS = 15_000

/** What there is, on each chain, as it was known last, and the way to more. */
export function HomePage({ cosigner, waiting }: Props) {
  const accounts = useAccounts()
  const current = accounts?.current
  const assets = useAssets(current)
  useEffect(() => {
    if (current === undefined) return undefined
    const refresh = () => {
      void background.refresh(current)
      void background.follow()
    }
    refresh()
    const timer = setInterval(refresh, REFRESH_MS)
    return () => clearInterval(timer)
  }, [current])

  const name = accounts?.all.find(({ number }) => number === current)?.name
  const latest = Math.max(0, ...(assets ?? []).map(({ at = 0 }) => at))
  const hasNodes = assets?.some(({ trouble }) => trouble !== 'no-node') === true
  const isEmpty = hasNodes && assets.every(({ amount }) => amount === 0n)
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-14 shrink-0 items-center gap-2 px-4">
        <Mark state={cosigner.state === 'ready' ? 'idle' : 'apart'} />
        <h1 className="min-w-0 text-button">
          <a
            href={hrefOf('accounts')}
            className="flex min-h-9 items-center gap-1 rounded-chip px-1 font-[650] hover:bg-sunken"
          >
            <span className="truncate">{name ?? ''}</span>
            <Icon name="down" size={16} />
          </a>
        </h1>
        <a href={hrefOf('cosigner')} className="ml-auto shrink-0 rounded-full">
          <StatusChip cosigner={cosigner} />
        </a>
      </header>
      <main className="min-h-0 flex-1 scroller relative overflow-y-auto px-4 pb-4">
        <div className="grid grid-cols-2 gap-3">
          <a
            href={hrefOf('send')}
            className="flex h-11 items-center justify-center gap-2 rounded-button bg-ink text-button font-semibold text-on-ink"
          >
            <Icon name="out" size={18} />
            {i18n.t('home.send')}
          </a>
          <a
            href={hrefOf('receive')}
            className="flex h-11 items-center justify-center gap-2 rounded-button border border-control text-button font-semibold"
          >
            <Icon name="in" size={18} />
            {i18n.t('home.receive')}
          </a>
        </div>
        <Notice cosigner={cosigner} waiting={waiting} hasNodes={assets === undefined || hasNodes} />
        <p className="mt-4 mb-1 flex min-h-4 justify-end text-small text-ink3">
          {latest > 0 && i18n.t('assets.asOf', [momentOf(latest)])}
        </p>
        <Card>
          {(assets ?? []).map((asset) => (
            <AssetRow key={asset.asset} asset={asset} latest={latest} />
          ))}
        </Card>
        {isEmpty && (
          <p className="mt-4 text-center text-small text-ink3">
            <span className="block font-semibold text-ink2">{i18n.t('assets.none')}</span>
            {i18n.t('assets.noneText')}
          </p>
        )}
        <a
          href={hrefOf('tokens')}
          className="mt-2 inline-flex min-h-9 items-center gap-1 rounded-chip px-1 text-small font-semibold text-ink2"
        >
          <Icon name="plus" size={16} />
          {i18n.t('assets.add')}
        </a>
      </main>
    </div>
  )
}
