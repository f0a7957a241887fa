import { i18n } from '#i18n'

type Props = { readonly origin: string; readonly place: number; readonly of: number }

/** Who asks: the part of its name that somebody had to register stands out. */
export function OriginLine({ origin, place, of }: Props) {
  const { host, protocol } = new URL(origin)
  const [before, registered] = parts(host)
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      <p className="min-w-0 truncate" title={origin}>
        {protocol === 'http:' && <span className="text-ink3">http </span>}
        <span className="text-ink3">{before}</span>
        <span className="font-[650]">{registered}</span>
      </p>
      {of > 1 && (
        <p className="ml-auto shrink-0 text-small text-ink3">
          {i18n.t('approval.of', [String(place), String(of)])}
        </p>
      )}
    </div>
  )
}

/** Before the registrable domain, and it. */
function parts(host: string): readonly [string, string] {
  const [name = '', port] = host.split(':')
  const labels = name.split('.')
  const isAddress = /^[0-9.]+$/.test(name) || labels.length < 3
  const registered = isAddress ? name : labels.slice(-2).join('.')
  return [
    name.slice(0, name.length - registered.length),
    `${registered}${port === undefined ? '' : `:${port}`}`,
  ]
}
