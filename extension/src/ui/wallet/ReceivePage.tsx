import { useEffect, useState } from 'react'
import { i18n } from '#i18n'
import type { AccountView } from '../../messages/engine.ts'
import { background } from '../background.ts'
import { Address } from '../parts/Address.tsx'
import { Copy } from '../parts/Copy.tsx'
import { Page } from '../parts/Page.tsx'
import { QrCode } from '../parts/QrCode.tsx'
import { Segments } from '../parts/Segments.tsx'
import { hrefOf } from '../route.ts'
import { useNetworks } from '../use-networks.ts'
import { useAccounts } from './accounts.ts'

type Kind = AccountView['addresses'][number]['type']

/** An address to be paid at, in full and as a code. */
export function ReceivePage({ chain }: { readonly chain: string | undefined }) {
  const accounts = useAccounts()
  const networks = useNetworks()
  const [views, setViews] = useState<readonly AccountView[]>([])
  const [at, setAt] = useState(chain)
  const [kind, setKind] = useState<Kind>('p2tr')
  const current = accounts?.current
  useEffect(() => {
    if (current !== undefined) void background.addressesOf(current).then(setViews)
  }, [current])

  const view = views.find((one) => one.chain === at) ?? views[0]
  const kinds = [...new Set(view?.addresses.map(({ type }) => type))].toSorted()
  const own = view?.addresses.find(({ type }) => type === kind) ?? view?.addresses[0]
  const name = accounts?.all.find(({ number }) => number === current)?.name ?? ''
  const labelOf = (id: string) => {
    const found = networks.find((one) => one.id === id)
    return found?.name ?? id
  }
  return (
    <Page
      title={i18n.t('home.receive')}
      back={hrefOf()}
      aside={<span className="text-ink3">{name}</span>}
    >
      {view && own && (
        <>
          {views.length <= 3 ? (
            <Segments
              label={i18n.t('receiving.chain')}
              name="chain"
              value={view.chain}
              onChange={setAt}
              options={views.map(({ chain: value }) => ({ value, text: labelOf(value) }))}
            />
          ) : (
            <select
              aria-label={i18n.t('receiving.chain')}
              value={view.chain}
              onChange={({ target }) => setAt(target.value)}
              className="h-11 w-full rounded-button border border-control bg-surface px-3 font-semibold"
            >
              {views.map(({ chain: value }) => (
                <option key={value} value={value}>
                  {labelOf(value)}
                </option>
              ))}
            </select>
          )}
          {kinds.length > 1 && (
            <div className="mx-auto mt-3 max-w-60">
              <Segments
                label={i18n.t('receiving.which')}
                name="kind"
                value={own.type}
                onChange={setKind}
                options={kinds.map((value) => ({
                  value,
                  text: i18n.t(value === 'p2tr' ? 'receiving.taproot' : 'receiving.segwit'),
                }))}
              />
            </div>
          )}
          <div className="mt-5 flex flex-col items-center">
            <div className="rounded-card border border-line bg-white p-2">
              <QrCode text={own.address} size={200} />
            </div>
            <div className="mt-5">
              <Address address={own.address} />
            </div>
            <Copy text={own.address} isMain className="mt-5 w-full" />
          </div>
        </>
      )}
    </Page>
  )
}
