import { type FormEvent, useEffect, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Breakable } from '../parts/Breakable.tsx'
import { Button } from '../parts/Button.tsx'
import { Card } from '../parts/Card.tsx'
import { Field } from '../parts/Field.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Page } from '../parts/Page.tsx'
import { shortAddress } from '../parts/Address.tsx'
import { go, hrefOf } from '../route.ts'
import { useAccounts } from './accounts.ts'
import { brief } from './brief.ts'
import { useAssets } from './assets.ts'

/** From here on a list is searched by typing. */
const MANY = 8
/** So many amounts of an account stand in its row. */
const SHOWN = 3

/** The accounts: which one is looked at, what they are called, and more of them. */
export function AccountsPage() {
  const accounts = useAccounts()
  const [sought, setSought] = useState('')
  const [isOpen, setOpen] = useState(false)
  if (!accounts) return <Page title={i18n.t('accounts.title')} back={hrefOf()} children={null} />
  const { all, current } = accounts
  const shown = all.filter(
    ({ isHidden, name }) => !isHidden && name.toLowerCase().includes(sought.toLowerCase()),
  )
  const hidden = all.filter(({ isHidden }) => isHidden)
  return (
    <Page
      title={i18n.t('accounts.title')}
      back={hrefOf()}
      aside={
        <button
          type="button"
          className="flex min-h-9 items-center gap-1 rounded-chip px-2 font-semibold hover:bg-sunken"
          onClick={() => void background.addAccount()}
        >
          <Icon name="plus" size={16} />
          {i18n.t('accounts.add')}
        </button>
      }
    >
      {all.length > MANY && (
        <Field
          id="find"
          label={i18n.t('accounts.find')}
          className="mb-3"
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
      )}
      <Card label={i18n.t('accounts.title')}>
        {shown.map((account) => (
          <AccountRow
            key={account.number}
            {...account}
            isCurrent={account.number === current}
            isLast={shown.length === 1}
          />
        ))}
      </Card>
      {hidden.length > 0 && (
        <div className="mt-4">
          <button
            type="button"
            aria-expanded={isOpen}
            className="flex min-h-9 items-center gap-1 font-semibold text-ink2"
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? 'down' : 'forward'} size={16} />
            {i18n.t('accounts.hidden', [String(hidden.length)])}
          </button>
          {isOpen && (
            <Card>
              {hidden.map(({ number, name }) => (
                <li key={number} className="flex min-h-12 items-center gap-3 px-4">
                  <span className="min-w-0 flex-1 truncate">{name}</span>
                  <button
                    type="button"
                    className="min-h-9 underline underline-offset-4"
                    onClick={() => void background.hideAccount(number, false)}
                  >
                    {i18n.t('accounts.show')}
                  </button>
                </li>
              ))}
            </Card>
          )}
        </div>
      )}
    </Page>
  )
}

type RowProps = {
  readonly number: number
  readonly name: string
  readonly isCurrent: boolean
  readonly isLast: boolean
}

function AccountRow({ number, name, isCurrent, isLast }: RowProps) {
  const [address, setAddress] = useState('')
  const [isEdited, setEdited] = useState(false)
  const assets = useAssets(number)
  useEffect(() => {
    void background
      .addressesOf(number)
      .then((views) => setAddress(views[0]?.addresses[0]?.address ?? ''))
  }, [number])
  const held = (assets ?? []).flatMap(({ amount, decimals, symbol }) =>
    amount === undefined || amount === 0n ? [] : [`${brief(amount, decimals)}\u00A0${symbol}`],
  )

  function rename(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const typed = new FormData(event.currentTarget).get('name')
    if (typeof typed === 'string') void background.nameAccount(number, typed)
    setEdited(false)
  }

  if (isEdited)
    return (
      <li className="px-4 py-3">
        <form onSubmit={rename} className="space-y-3">
          <Field
            id={`name-${number}`}
            name="name"
            label={i18n.t('accounts.name')}
            defaultValue={name}
            maxLength={40}
            // The person pressed the pen to type here.
            // oxlint-disable-next-line no-autofocus
            autoFocus
          />
          <div className="flex gap-2">
            <Button type="submit" weight="filled" className="flex-1">
              {i18n.t('accounts.save')}
            </Button>
            <Button
              disabled={isLast}
              className="flex-1"
              onClick={() => void background.hideAccount(number, true)}
            >
              {i18n.t('accounts.hide')}
            </Button>
          </div>
        </form>
      </li>
    )
  return (
    <li className="flex items-center pr-2">
      <button
        type="button"
        aria-current={isCurrent}
        className="flex min-h-16 min-w-0 flex-1 items-center gap-3 px-4 py-2 text-left hover:bg-sunken"
        onClick={() => void background.useAccount(number).then(() => go())}
      >
        <span
          aria-hidden
          className={`flex size-9 shrink-0 items-center justify-center rounded-chip font-semibold ${isCurrent ? 'bg-ink text-on-ink' : 'bg-sunken'}`}
        >
          {number + 1}
        </span>
        <span className="min-w-0 flex-1">
          <span className="block wrap-anywhere font-semibold">{name}</span>
          <span className="block truncate font-mono text-small text-ink3">
            {address === '' ? '' : shortAddress(address)}
          </span>
          {held.length > 0 && (
            <span className="block text-small wrap-anywhere text-ink2">
              <Breakable text={held.slice(0, SHOWN).join(', ')} />
              {held.length > SHOWN && ` ${i18n.t('accounts.more', [String(held.length - SHOWN)])}`}
            </span>
          )}
        </span>
        {isCurrent && <Icon name="check" />}
      </button>
      <button
        type="button"
        aria-label={`${i18n.t('accounts.rename')}: ${name}`}
        className="flex size-10 items-center justify-center rounded-chip text-ink2 hover:bg-sunken"
        onClick={() => setEdited(true)}
      >
        <Icon name="pen" size={18} />
      </button>
    </li>
  )
}
