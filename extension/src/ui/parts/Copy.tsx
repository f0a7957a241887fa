import { useState } from 'react'
import { i18n } from '#i18n'
import { Button } from './Button.tsx'
import { Icon } from './Icon.tsx'

type Props = {
  readonly text: string
  /** It is what the screen is about. */
  readonly isMain?: boolean
  readonly className?: string
}

/** Copies a text, and says what to look at afterwards. */
export function Copy({ text, isMain = false, className = 'mt-2' }: Props) {
  const [isCopied, setCopied] = useState(false)
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true))
  const said = isCopied ? i18n.t('action.copied') : ''
  if (isMain)
    return (
      <div className={className}>
        <Button weight="filled" className="w-full" onClick={copy}>
          {i18n.t('action.copy')}
        </Button>
        <p role="status" className="mt-2 min-h-4 text-center text-small text-ink2">
          {said}
        </p>
      </div>
    )
  return (
    <p className={`flex items-center gap-3 text-small ${className}`}>
      <button
        type="button"
        className="flex h-9 shrink-0 items-center gap-2 rounded-button border border-control px-3 text-body font-semibold hover:bg-sunken"
        onClick={copy}
      >
        <Icon name={isCopied ? 'check' : 'copy'} size={16} />
        {i18n.t('action.copy')}
      </button>
      <span role="status" className="text-ink3">
        {said}
      </span>
    </p>
  )
}
