type Props = {
  readonly id: string
  readonly label: string
  readonly text?: string
  readonly isOn: boolean
  readonly disabled?: boolean
  readonly onChange: (isOn: boolean) => void
}

/** On or off, in force at once. */
export function Switch({ id, label, text, isOn, disabled = false, onChange }: Props) {
  return (
    <div className="flex items-start gap-3 py-3">
      <span className="min-w-0 flex-1">
        <span id={`${id}-label`} className="block font-semibold">
          {label}
        </span>
        {text !== undefined && (
          <span id={`${id}-text`} className="block text-small text-ink3">
            {text}
          </span>
        )}
      </span>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-labelledby={`${id}-label`}
        aria-describedby={text === undefined ? undefined : `${id}-text`}
        disabled={disabled}
        onClick={() => onChange(!isOn)}
        className={`flex h-6 w-11 shrink-0 items-center rounded-full border p-0.5 disabled:cursor-default disabled:opacity-55 ${isOn ? 'justify-end border-ink bg-ink' : 'border-control bg-surface'}`}
      >
        <span className={`size-4.5 rounded-full ${isOn ? 'bg-on-ink' : 'bg-control'}`} />
      </button>
    </div>
  )
}
