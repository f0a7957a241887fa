import type { Family } from '@tandem/chains'
import { type KeyboardEvent, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'

/** Gives an address a name, in place. */
export function SaveContact({
  family,
  address,
}: {
  readonly family: Family
  readonly address: string
}) {
  const [name, setName] = useState<string>()
  if (name === undefined)
    return (
      <button
        type="button"
        className="min-h-8 text-small font-semibold underline underline-offset-4"
        onClick={() => setName('')}
      >
        {i18n.t('sending.save')}
      </button>
    )

  function save(): void {
    if (name !== undefined && name.trim() !== '')
      void background.keepContact({ name, family, address })
    setName(undefined)
  }

  function key(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return
    // It stands in the form that asks for the approval.
    event.preventDefault()
    save()
  }

  return (
    <span className="mt-1 flex gap-2">
      <input
        aria-label={i18n.t('sending.name')}
        placeholder={i18n.t('sending.name')}
        value={name}
        maxLength={40}
        // The person pressed Save to type here.
        // oxlint-disable-next-line no-autofocus
        autoFocus
        onChange={({ target }) => setName(target.value)}
        onKeyDown={key}
        className="h-9 min-w-0 flex-1 rounded-chip border border-control bg-surface px-2"
      />
      <button
        type="button"
        className="h-9 rounded-chip bg-sunken px-3 text-small font-semibold"
        onClick={save}
      >
        {i18n.t('accounts.save')}
      </button>
    </span>
  )
}
