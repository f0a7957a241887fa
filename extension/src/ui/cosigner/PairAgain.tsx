import { type FormEvent, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Field.tsx'
import { codeOf } from '../words/errors.ts'

const troubles = new Map<string, 'co.linkBad' | 'setup.away' | 'setup.locked'>([
  ['link', 'co.linkBad'],
  ['away', 'setup.away'],
  ['locked', 'setup.locked'],
])

/** The same co-signer at another address: its link says where. */
export function PairAgain() {
  const [trouble, setTrouble] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function pair(link: string): Promise<void> {
    setBusy(true)
    setTrouble(undefined)
    try {
      await background.pair(link)
    } catch (error) {
      setTrouble(i18n.t(troubles.get(codeOf(error)) ?? 'co.linkOther'))
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const link = new FormData(event.currentTarget).get('again')
    event.currentTarget.reset()
    if (typeof link === 'string') void pair(link)
  }

  return (
    <details className="mt-3">
      <summary className="cursor-pointer text-small underline underline-offset-4">
        {i18n.t('co.moved')}
      </summary>
      <form onSubmit={submit} className="mt-2 flex flex-col gap-2">
        <Field
          id="again"
          name="again"
          type="password"
          label={i18n.t('co.link')}
          trouble={trouble}
        />
        <Button type="submit" disabled={isBusy}>
          {i18n.t('co.pair')}
        </Button>
      </form>
    </details>
  )
}
