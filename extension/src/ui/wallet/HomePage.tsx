import { network } from '@tandem/chains'
import { useEffect, useState } from 'react'
import { i18n } from '#i18n'
import type { AccountView, EngineState } from '../../messages/engine.ts'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Mark } from '../parts/Mark.tsx'
import { decimal } from '../words/amount.ts'
import { codeOf } from '../words/errors.ts'
import { ReceivePage } from './ReceivePage.tsx'
import { StatusChip } from './StatusChip.tsx'

type Props = {
  readonly cosigner: EngineState['cosigner']
  /** Requests that wait for the person. */
  readonly waiting: number
}

/** What there is, on each chain, and the way to more. */
export function HomePage({ cosigner, waiting }: Props) {
  const [accounts, setAccounts] = useState<readonly AccountView[]>([])
  const [isReceiving, setReceiving] = useState(false)
  useEffect(() => void background.accounts().then(setAccounts), [])
  if (isReceiving) return <ReceivePage accounts={accounts} onBack={() => setReceiving(false)} />
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-14 shrink-0 items-center gap-3 px-4">
        <Mark />
        <h1 className="font-[650]">{i18n.t('home.main', ['1'])}</h1>
        <span className="ml-auto">
          <StatusChip cosigner={cosigner} />
        </span>
      </header>
      {waiting > 0 && (
        <button
          type="button"
          className="mx-4 mb-3 flex items-center rounded-card bg-pending-tint px-4 py-3 text-left"
          onClick={() => void background.review()}
        >
          <span className="font-semibold">{i18n.t('home.waiting', [String(waiting)])}</span>
          <span className="ml-auto underline underline-offset-4">{i18n.t('home.review')}</span>
        </button>
      )}
      <main className="min-h-0 flex-1 overflow-y-auto px-4">
        <ul className="divide-y divide-line rounded-card border border-line bg-surface">
          {accounts.map((account) => (
            <AssetRow key={account.id} account={account} />
          ))}
        </ul>
      </main>
      <footer className="flex shrink-0 gap-3 p-4">
        <Button className="flex-1" onClick={() => void background.lock()}>
          {i18n.t('home.lock')}
        </Button>
        <Button weight="filled" className="flex-1" onClick={() => setReceiving(true)}>
          {i18n.t('home.receive')}
        </Button>
      </footer>
    </div>
  )
}

const dots = { evm: 'bg-eth', bitcoin: 'bg-btc', solana: 'bg-sol' } as const

/** One chain's own coin: a dash until it is known, never a nought. */
function AssetRow({ account }: { readonly account: AccountView }) {
  const { native, name, family } = network(account.chain)
  const [amount, setAmount] = useState<bigint>()
  const [trouble, setTrouble] = useState<string>()
  useEffect(() => {
    background.balances(account.chain, account.number).then(
      ([first]) => setAmount(first?.amount ?? 0n),
      (error: unknown) =>
        setTrouble(
          codeOf(error) === 'no-node' ? i18n.t('home.noNode') : i18n.t('home.noAnswer', [name]),
        ),
    )
  }, [account, name])
  return (
    <li className="flex h-14 items-center gap-3 px-4">
      <span className={`size-2.5 rounded-full ${dots[family]}`} aria-hidden />
      <span className="min-w-0">
        <span className="block font-semibold">{native.symbol}</span>
        <span className="block truncate text-small text-ink3">{trouble ?? name}</span>
      </span>
      <span className="ml-auto font-semibold">
        {amount === undefined ? '-' : decimal(amount, native.decimals)}
      </span>
    </li>
  )
}
