import type { Family } from '@tandem/chains'
import { useEffect, useState } from 'react'
import { i18n } from '#i18n'
import type { AccountView } from '../../messages/engine.ts'
import { storedContacts } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Address, shortAddress } from '../parts/Address.tsx'
import { Field } from '../parts/Field.tsx'
import { useStored } from '../use-stored.ts'
import { useAccounts } from '../wallet/accounts.ts'
import { SaveContact } from './SaveContact.tsx'
import type { Looked } from './use-recipient.ts'

type Props = {
  readonly family: Family
  readonly account: number
  readonly chain: string
  readonly text: string
  readonly recipient: Looked | undefined
  readonly trouble: string | undefined
  /** The person wanted to go on: until then what is being typed is no mistake. */
  readonly isTried: boolean
  readonly onChange: (text: string) => void
}

/** Who gets it: an address, or somebody known. Nobody is suggested who was not saved here or is not us. */
export function RecipientField({
  family,
  account,
  chain,
  text,
  recipient,
  trouble,
  isTried,
  onChange,
}: Props) {
  const suggestions = useSuggestions(family, account, chain, text)
  return (
    <div>
      <Field
        id="to"
        label={i18n.t('sending.to')}
        placeholder={i18n.t('sending.toHint')}
        value={text}
        onChange={({ target }) => onChange(target.value)}
        trouble={suggestions.length > 0 && !isTried ? undefined : trouble}
      />
      {suggestions.length > 0 && (
        <ul className="mt-1 divide-y divide-line overflow-hidden rounded-button border border-line bg-surface">
          {suggestions.map(({ name, address, mark }) => (
            <li key={address}>
              <button
                type="button"
                className="flex min-h-11 w-full items-center gap-3 px-3 py-1.5 text-left hover:bg-sunken"
                onClick={() => onChange(address)}
              >
                <span
                  aria-hidden
                  className="flex size-7 shrink-0 items-center justify-center rounded-chip bg-sunken text-small font-semibold"
                >
                  {mark}
                </span>
                <span className="min-w-0 wrap-anywhere font-semibold">{name}</span>
                <span className="ml-auto shrink-0 font-mono text-small text-ink3">
                  {shortAddress(address)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {recipient && 'address' in recipient && <Found recipient={recipient} family={family} />}
    </div>
  )
}

type FoundProps = {
  readonly recipient: Extract<Looked, { readonly address: string }>
  readonly family: Family
}

/** The address in full, and what is known of it. */
function Found({ recipient: { address, known, isPaid }, family }: FoundProps) {
  return (
    <div role="status" className="mt-2 flex gap-3">
      <span
        aria-hidden
        className={`flex size-7 shrink-0 items-center justify-center text-small font-semibold ${known ? 'rounded-chip bg-sunken' : 'rounded-full border border-dashed border-control'}`}
      >
        {known?.name.slice(0, 1).toUpperCase()}
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{words(known, isPaid)}</p>
        <div className="mt-1">
          <Address address={address} />
        </div>
        {!known && (
          <>
            {!isPaid && <p className="mt-1 text-small text-ink3">{i18n.t('sending.newText')}</p>}
            <SaveContact family={family} address={address} />
          </>
        )}
      </div>
    </div>
  )
}

function words(known: FoundProps['recipient']['known'], isPaid: boolean): string {
  if (known?.as === 'contact') return known.name
  if (known) return i18n.t('sending.own', [known.name])
  return i18n.t(isPaid ? 'sending.paid' : 'sending.new')
}

type Suggestion = { readonly name: string; readonly address: string; readonly mark: string }

const MOST = 4

/** Contacts and other accounts that fit what was typed; none once an address stands there. */
function useSuggestions(
  family: Family,
  account: number,
  chain: string,
  text: string,
): readonly Suggestion[] {
  const contacts = useStored(storedContacts) ?? []
  const accounts = useAccounts()
  const [own, setOwn] = useState<readonly AccountView[]>([])
  const others =
    accounts?.all.filter(({ number, isHidden }) => number !== account && !isHidden) ?? []
  const numbers = others.map(({ number }) => number).join(' ')
  useEffect(() => {
    let isOver = false
    const asked = numbers.split(' ').filter(Boolean).map(Number)
    const look = async () => {
      const views = await Promise.all(asked.map((number) => background.addressesOf(number)))
      if (!isOver) setOwn(views.flat().filter((view) => view.chain === chain))
    }
    void look()
    return () => {
      isOver = true
    }
  }, [numbers, chain])

  const sought = text.trim().toLowerCase()
  const all = [
    ...contacts
      .filter((contact) => contact.family === family)
      .map(({ name, address }) => ({ name, address, mark: name.slice(0, 1).toUpperCase() })),
    ...others.flatMap(({ number, name }) => {
      const address = own.find((view) => view.number === number)?.addresses[0]?.address
      return address === undefined ? [] : [{ name, address, mark: String(number + 1) }]
    }),
  ]
  if (all.some(({ address }) => address.toLowerCase() === sought)) return []
  return all.filter(({ name }) => name.toLowerCase().includes(sought)).slice(0, MOST)
}
