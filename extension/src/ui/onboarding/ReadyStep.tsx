import { useEffect, useState } from 'react'
import { i18n } from '#i18n'
import type { AccountView } from '../../messages/engine.ts'
import { background } from '../background.ts'
import { Address } from '../parts/Address.tsx'
import { Button } from '../parts/Button.tsx'
import { Copy } from '../parts/Copy.tsx'
import { QrCode } from '../parts/QrCode.tsx'
import { useNetworks } from '../use-networks.ts'
import { askedAgain } from './asked-again.ts'
import { OnboardingFrame } from './OnboardingFrame.tsx'

type Props = {
  /** How long the keys took, where this page saw it. */
  readonly madeMs: number | undefined
  readonly onDone: () => void
}

/** Step 4: the addresses, once both machines have signed with every key. */
export function ReadyStep({ madeMs, onDone }: Props) {
  const networks = useNetworks()
  const [accounts, setAccounts] = useState<readonly AccountView[]>([])
  useEffect(() => {
    void askedAgain(() => background.addressesOf(0)).then(setAccounts)
  }, [])
  const made = madeMs === undefined ? '' : `${i18n.t('setup.made', [(madeMs / 1000).toFixed(1)])}. `
  return (
    <OnboardingFrame
      step={4}
      mark="whole"
      title={i18n.t('onboarding.ready.title')}
      text={`${made}${i18n.t('onboarding.ready.text')}`}
    >
      <ul className="space-y-3">
        {accounts.map(({ chain, addresses: [first] }) =>
          first ? (
            <li
              key={chain}
              className="flex flex-wrap gap-4 rounded-card border border-line bg-surface p-3"
            >
              <QrCode text={first.address} />
              <div className="min-w-0 flex-1 basis-[250px]">
                <h2 className="font-semibold">
                  {networks.find(({ id }) => id === chain)?.name ?? chain}
                </h2>
                <Address address={first.address} className="mt-1" />
                <Copy text={first.address} className="mt-2" />
              </div>
            </li>
          ) : null,
        )}
      </ul>
      {/* In view also where the window is lower than the addresses. */}
      <div className="sticky bottom-0 bg-paper py-4">
        <Button weight="filled" className="w-full" onClick={onDone}>
          {i18n.t('action.next')}
        </Button>
      </div>
    </OnboardingFrame>
  )
}
