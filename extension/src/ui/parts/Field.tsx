import type { ComponentProps, ReactNode } from 'react'

type Props = Omit<ComponentProps<'input'>, 'id'> & {
  readonly id: string
  readonly label: string
  /** What is wrong with it. */
  readonly trouble?: string | undefined
  /** What stands at its end. */
  readonly aside?: ReactNode
  /** Above it, at the right. */
  readonly note?: ReactNode
}

/** A line of text with its name, and what is wrong with it below. */
export function Field({ id, label, trouble, aside, note, className = '', ...rest }: Props) {
  return (
    <div className={className}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        {note !== undefined && (
          <span className="min-w-0 text-right wrap-anywhere text-small text-ink3">{note}</span>
        )}
      </div>
      <div className="mt-1 flex h-11 items-center rounded-button border border-control bg-surface pr-1 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-ink">
        <input
          id={id}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={trouble !== undefined}
          aria-describedby={trouble === undefined ? undefined : `${id}-trouble`}
          {...rest}
          className="h-full min-w-0 flex-1 rounded-button bg-transparent px-3 outline-none placeholder:text-ink3"
        />
        {aside}
      </div>
      {trouble !== undefined && (
        <p id={`${id}-trouble`} role="alert" className="mt-1 text-small text-deny">
          {trouble}
        </p>
      )}
    </div>
  )
}
