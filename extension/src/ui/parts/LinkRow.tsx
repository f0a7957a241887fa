import type { ReactNode } from 'react'
import { hrefOf, useRoute } from '../route.ts'
import { Icon } from './Icon.tsx'

/** A row that leads somewhere. */
export function LinkRow({
  href,
  title,
  text,
  aside,
}: {
  readonly href: string
  readonly title: string
  readonly text?: string
  readonly aside?: ReactNode
}) {
  const isHere = hrefOf(...useRoute()) === href
  return (
    <a
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className="flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-sunken aria-[current=page]:bg-sunken"
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold">{title}</span>
        {text !== undefined && <span className="block truncate text-small text-ink3">{text}</span>}
      </span>
      {aside}
      <span className="text-ink3">
        <Icon name="forward" size={16} />
      </span>
    </a>
  )
}
