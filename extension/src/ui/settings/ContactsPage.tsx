import { type FormEvent, useState } from 'react'
import { i18n } from '#i18n'
import { type Family, families } from '../../messages/page-channel.ts'
import { storedContacts } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Address } from '../parts/Address.tsx'
import { Button } from '../parts/Button.tsx'
import { Card } from '../parts/Card.tsx'
import { Empty } from '../parts/Empty.tsx'
import { Field } from '../parts/Field.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Page } from '../parts/Page.tsx'
import { Segments } from '../parts/Segments.tsx'
import { hrefOf } from '../route.ts'
import { useStored } from '../use-stored.ts'
import { codeOf } from '../words/errors.ts'

const words = {
  evm: 'contacts.evm',
  bitcoin: 'contacts.bitcoin',
  solana: 'contacts.solana',
} as const

/** Addresses that have a name here. */
export function ContactsPage() {
  const contacts = useStored(storedContacts)
  const [isAdding, setAdding] = useState(false)
  const isEmpty = contacts?.length === 0
  return (
    <Page
      title={i18n.t('contacts.title')}
      back={hrefOf('settings')}
      aside={
        !isAdding && (
          <button
            type="button"
            className="flex min-h-9 items-center gap-1 rounded-chip px-2 font-semibold hover:bg-sunken"
            onClick={() => setAdding(true)}
          >
            <Icon name="plus" size={16} />
            {i18n.t('contacts.add')}
          </button>
        )
      }
    >
      {isAdding && <NewContact onDone={() => setAdding(false)} />}
      {isEmpty && !isAdding && (
        <Empty title={i18n.t('contacts.none')} text={i18n.t('contacts.noneText')} />
      )}
      {contacts && contacts.length > 0 && (
        <Card label={i18n.t('contacts.title')}>
          {contacts.map(({ name, family, address }) => (
            <li key={`${family} ${address}`} className="flex items-start gap-2 py-3 pr-2 pl-4">
              <span className="min-w-0 flex-1">
                <span className="block font-semibold wrap-anywhere">{name}</span>
                <span className="block text-small text-ink3">{i18n.t(words[family])}</span>
                <span className="mt-1 block">
                  <Address address={address} />
                </span>
              </span>
              <button
                type="button"
                aria-label={`${i18n.t('contacts.remove')}: ${name}`}
                className="flex size-10 shrink-0 items-center justify-center rounded-chip text-ink2 hover:bg-sunken"
                onClick={() => void background.forgetContact(family, address)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </Card>
      )}
    </Page>
  )
}

function NewContact({ onDone }: { readonly onDone: () => void }) {
  const [family, setFamily] = useState<Family>('evm')
  const [wrong, setWrong] = useState<{ readonly name?: string; readonly address?: string }>({})

  async function save(name: string, address: string): Promise<void> {
    try {
      await background.keepContact({ name, family, address })
      onDone()
    } catch (error) {
      const isTyped = codeOf(error) === 'checksum'
      const text = isTyped
        ? i18n.t('sending.checksum')
        : i18n.t('sending.notValid', [i18n.t(words[family])])
      setWrong({ address: text })
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const [name, address] = [fields.get('name'), fields.get('address')]
    if (typeof name !== 'string' || typeof address !== 'string') return
    if (name.trim() === '') return setWrong({ name: i18n.t('contacts.noName') })
    setWrong({})
    void save(name, address.trim())
  }

  return (
    <form
      onSubmit={submit}
      className="mb-4 space-y-3 rounded-card border border-line bg-surface p-4"
    >
      <Field
        id="name"
        name="name"
        label={i18n.t('contacts.name')}
        maxLength={40}
        trouble={wrong.name}
      />
      <Segments
        label={i18n.t('contacts.family')}
        name="family"
        value={family}
        onChange={setFamily}
        options={families.map((value) => ({ value, text: i18n.t(words[value]) }))}
      />
      <Field
        id="address"
        name="address"
        label={i18n.t('contacts.address')}
        className="font-mono"
        trouble={wrong.address}
      />
      <div className="flex gap-2">
        <Button className="flex-1" onClick={onDone}>
          {i18n.t('action.close')}
        </Button>
        <Button type="submit" weight="filled" className="flex-1">
          {i18n.t('contacts.save')}
        </Button>
      </div>
    </form>
  )
}
