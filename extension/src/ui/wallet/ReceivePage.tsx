import { network } from '@tandem/chains'
import { useState } from 'react'
import { i18n } from '#i18n'
import type { AccountView } from '../../messages/engine.ts'
import { Address } from '../parts/Address.tsx'
import { Copy } from '../parts/Copy.tsx'
import { QrCode } from '../parts/QrCode.tsx'

/** An address to be paid at, in full and as a code. */
export function ReceivePage({
  accounts,
  onBack,
}: {
  readonly accounts: readonly AccountView[]
  readonly onBack: () => void
}) {
  const [at, setAt] = useState(0)
  const account = accounts[at]
  const first = account?.addresses[0]
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-14 shrink-0 items-center gap-3 px-4">
        <button type="button" className="underline underline-offset-4" onClick={onBack}>
          {i18n.t('action.back')}
        </button>
        <h1 className="font-[650]">{i18n.t('home.receive')}</h1>
      </header>
      <div role="tablist" className="mx-4 flex gap-1 rounded-button bg-sunken p-1">
        {accounts.map(({ chain, id }, place) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={place === at}
            onClick={() => setAt(place)}
            className={`h-9 flex-1 truncate rounded-chip px-2 text-small font-semibold ${place === at ? 'bg-surface' : 'text-ink3'}`}
          >
            {network(chain).native.symbol}
          </button>
        ))}
      </div>
      {account && first && (
        <main className="flex flex-1 flex-col items-center px-4 pt-6">
          <QrCode text={first.address} size={200} />
          <p className="mt-4 text-ink3">{network(account.chain).name}</p>
          <Address address={first.address} className="mt-2" />
          <Copy text={first.address} />
        </main>
      )}
    </div>
  )
}
