import { useState } from 'react'
import { i18n } from '#i18n'
import { Icon } from './Icon.tsx'

/** Copies a text from beside it. */
export function CopyButton({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <button
      type="button"
      title={isCopied ? i18n.t('action.copied') : i18n.t('action.copy')}
      className="-m-1.5 flex size-9 shrink-0 items-center justify-center self-start rounded-chip text-ink2 hover:bg-line"
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Icon name={isCopied ? 'check' : 'copy'} size={18} />
      <span role="status" className="sr-only">
        {isCopied ? i18n.t('action.copied') : ''}
      </span>
      <span className="sr-only">{i18n.t('action.copy')}</span>
    </button>
  )
}
