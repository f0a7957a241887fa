import type { Network } from '@tandem/chains'
import { type FormEvent, useId, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Card } from '../parts/Card.tsx'
import { Field } from '../parts/Field.tsx'
import { Icon } from '../parts/Icon.tsx'
import { publicNodes } from './public-nodes.ts'

type Props = {
  readonly network: Network
  readonly inUse: string | undefined
}

/** A node for one network: the person's own, or a public one. It is asked who it is, then used. */
export function NodeChoice({ network, inUse }: Props) {
  const [asked, setAsked] = useState<string>()
  const [trouble, setTrouble] = useState<string>()
  const [said, setSaid] = useState<string>()
  const field = useId()

  async function use(url: string): Promise<void> {
    setTrouble(undefined)
    setSaid(undefined)
    if (!isNode(url)) return setTrouble(i18n.t('networks.bad'))
    setAsked(url)
    // Who waits for an answer is told, too, when there will be none.
    const answer = await background
      .tryNode(network.id, url)
      .catch(() => ({ is: 'silent' }) as const)
    setAsked(undefined)
    const { host } = new URL(url)
    if (answer.is === 'silent') return setTrouble(i18n.t('networks.silent', [host, network.name]))
    if (answer.is === 'other')
      return setTrouble(
        answer.as === undefined
          ? i18n.t('networks.otherUnknown', [host, network.name])
          : i18n.t('networks.other', [host, answer.as, network.id.split(':')[1] ?? '']),
      )
    setSaid(i18n.t('networks.ms', [String(Math.round(answer.ms))]))
    await background.useNode(network.id, url)
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const url = new FormData(event.currentTarget).get('url')
    if (typeof url === 'string') void use(url.trim())
  }

  const offered = publicNodes[network.id] ?? []
  return (
    <>
      <form onSubmit={submit} className="space-y-3">
        <Field
          id={field}
          name="url"
          type="url"
          label={i18n.t('networks.own')}
          placeholder="https://"
          trouble={trouble}
          note={said}
        />
        <Button type="submit" className="w-full" disabled={asked !== undefined}>
          {i18n.t(asked === undefined ? 'networks.check' : 'networks.checking')}
        </Button>
      </form>
      {offered.length > 0 && (
        <section className="mt-5">
          <h2 className="text-small font-semibold text-ink3">{i18n.t('networks.public')}</h2>
          <p className="mb-1 text-small text-ink3">{i18n.t('networks.publicText')}</p>
          <Card>
            {offered.map((url) => (
              <li key={url}>
                <button
                  type="button"
                  disabled={asked !== undefined}
                  aria-pressed={url === inUse}
                  className="flex min-h-12 w-full items-center gap-3 px-4 py-2 text-left hover:bg-sunken disabled:opacity-55"
                  onClick={() => void use(url)}
                >
                  <span className="min-w-0 flex-1 truncate">{url.replace('https://', '')}</span>
                  {url === inUse && <Icon name="check" />}
                </button>
              </li>
            ))}
          </Card>
        </section>
      )}
    </>
  )
}

/** What is asked over plain HTTP can be read and changed on the way: only this machine may be. */
function isNode(text: string): boolean {
  const url = URL.parse(text)
  if (!url || url.username !== '' || url.password !== '') return false
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere)
}
