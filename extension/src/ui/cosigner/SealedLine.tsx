import { i18n } from '#i18n'
import type { InspectedView } from '../../messages/cosigner.ts'

/** How the co-signer keeps its secrets, and what that is worth where somebody copies its disk. */
export function SealedLine({ sealing }: Pick<InspectedView, 'sealing'>) {
  const warning = warningOf(sealing)
  return (
    <>
      <p className="text-small text-ink2">{wordsOf(sealing)}</p>
      {warning !== undefined && <p className="mt-1 text-small text-ask">{warning}</p>}
    </>
  )
}

function wordsOf(sealing: InspectedView['sealing']): string {
  switch (sealing) {
    case 'tpm':
      return i18n.t('co.sealed.tpm')
    case 'pkcs11':
      return i18n.t('co.sealed.token')
    case 'passphrase':
      return i18n.t('co.sealed.passphrase')
    case 'key-file':
      return i18n.t('co.sealed.keyFile')
  }
}

function warningOf(sealing: InspectedView['sealing']): string | undefined {
  if (sealing === 'passphrase') return i18n.t('co.sealed.passphraseWarning')
  return sealing === 'key-file' ? i18n.t('co.sealed.keyFileWarning') : undefined
}
