import { network } from '@tandem/chains'
import { useEffect, useState } from 'react'
import { i18n } from '#i18n'
import type { AccountView } from '../../messages/engine.ts'
import { background } from '../background.ts'
import { Address } from '../parts/Address.tsx'
import { Copy } from '../parts/Copy.tsx'
import { QrCode } from '../parts/QrCode.tsx'
import { OnboardingFrame } from './OnboardingFrame.tsx'

/** Step 4: the addresses, once both machines have signed with every key. */
export function ReadyStep() {
  const [accounts, setAccounts] = useState<readonly AccountView[]>([])
  useEffect(() => {
    void background.accounts().then(setAccounts)
  }, [])
  return (
    <OnboardingFrame
      step={4}
      mark="whole"
      title={i18n.t('onboarding.ready.title')}
      text={i18n.t('onboarding.ready.text')}
    >
      <ul className="space-y-4">
        {accounts.map(({ chain, addresses: [first] }) =>
          first ? (
            <li key={chain} className="flex gap-5 rounded-card border border-line bg-surface p-4">
              <QrCode text={first.address} />
              <div className="min-w-0 flex-1">
                <h2 className="font-semibold">{network(chain).name}</h2>
                <Address address={first.address} className="mt-2" />
                <Copy text={first.address} />
              </div>
            </li>
          ) : null,
        )}
      </ul>
    </OnboardingFrame>
  )
}
