import type { ReactNode } from 'react'

type Props<T extends string> = {
  /** What is chosen, for those who do not see it. */
  readonly label: string
  readonly name: string
  readonly options: readonly { readonly value: T; readonly text: ReactNode }[]
  readonly value: T
  readonly onChange: (value: T) => void
}

/** One of a few, side by side: radio buttons, with everything that the browser does for them. */
export function Segments<T extends string>({ label, name, options, value, onChange }: Props<T>) {
  return (
    <fieldset className="flex min-w-0 gap-1 rounded-button bg-sunken p-1">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="flex min-h-9 min-w-0 flex-1 cursor-pointer items-center justify-center rounded-chip px-2 py-1 text-center text-small font-semibold text-ink3 has-checked:bg-surface has-checked:text-ink has-checked:outline-1 has-checked:outline-line has-focus-visible:outline-2 has-focus-visible:outline-ink"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="sr-only"
          />
          <span className="min-w-0 wrap-break-word text-balance">{option.text}</span>
        </label>
      ))}
    </fieldset>
  )
}
