import { useState } from 'react'
import { i18n } from '#i18n'

/** Copies a text, and says what to look at afterwards. */
export function Copy({
  text,
  className = 'mt-2',
}: {
  readonly text: string
  readonly className?: string
}) {
  const [isCopied, setCopied] = useState(false)
  return (
    <p className={`text-small ${className}`}>
      <button
        type="button"
        className="min-h-6 underline underline-offset-4"
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
      >
        {i18n.t('action.copy')}
      </button>
      <span role="status" className="ml-2 text-ink3">
        {isCopied ? i18n.t('action.copied') : ''}
      </span>
    </p>
  )
}
