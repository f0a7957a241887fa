import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'

type Props = {
  readonly title: string
  /** Beside the title, in small. */
  readonly summary?: string
  /** Set like a note, and not like a heading. */
  readonly isQuiet?: boolean
  readonly isOpen?: boolean
  readonly className?: string
  readonly children: ReactNode
}

/** Something that one finds by looking closer: the browser's own, with one look everywhere. */
export function Disclosure(props: Props) {
  const { title, summary, isQuiet = false, isOpen, className = '', children } = props
  return (
    <details className={className} {...(isOpen !== undefined && { open: isOpen })}>
      <summary className="flex min-h-6 cursor-pointer list-none items-center gap-2">
        <span className={`turns ${isQuiet ? '' : 'text-ink3'}`}>
          <Icon name="forward" size={16} />
        </span>
        <span className={isQuiet ? 'underline underline-offset-4' : 'font-semibold'}>{title}</span>
        {summary !== undefined && (
          <span className="min-w-0 truncate text-small text-ink3">{summary}</span>
        )}
      </summary>
      {children}
    </details>
  )
}
