import { i18n } from '#i18n'
import { Command } from './Command.tsx'

/** What is run on the co-signer's machine so that it signs for a network, and what that means. */
export function NetworkCommand({ command }: { readonly command: string }) {
  const isOwn = command.includes('--name')
  return (
    <>
      <Command text={command} />
      {isOwn && <p className="mt-2 text-small text-ink2">{i18n.t('ownNetwork.test')}</p>}
    </>
  )
}
