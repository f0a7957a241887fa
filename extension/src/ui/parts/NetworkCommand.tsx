import { i18n } from '#i18n'
import { Copy } from './Copy.tsx'

/** What is run on the co-signer's machine so that it signs for a network, and what that means. */
export function NetworkCommand({ command }: { readonly command: string }) {
  const isOwn = command.includes('--name')
  return (
    <div className="mt-3 rounded-card border border-line bg-sunken px-4 py-3">
      <p className="font-mono text-mono leading-6 wrap-anywhere">{command}</p>
      <Copy text={command} />
      {isOwn && <p className="mt-3 text-small text-ink2">{i18n.t('ownNetwork.test')}</p>}
    </div>
  )
}
