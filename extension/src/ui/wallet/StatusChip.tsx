import { i18n } from '#i18n'
import type { EngineState } from '../../messages/engine.ts'
import { Mark } from '../parts/Mark.tsx'

/** How the co-signer is: a shape and a word. */
export function StatusChip({ cosigner }: { readonly cosigner: EngineState['cosigner'] }) {
  const isReady = cosigner.state === 'ready'
  return (
    <span
      role="status"
      className="inline-flex items-center gap-1.5 rounded-full border border-line bg-surface py-1 pr-3 pl-2 text-small font-semibold"
    >
      <Mark size={16} state={isReady ? 'idle' : 'apart'} />
      {words(cosigner.state)}
    </span>
  )
}

function words(state: EngineState['cosigner']['state']): string {
  switch (state) {
    case 'ready':
      return i18n.t('cosigner.ready')
    case 'fault':
      return i18n.t('cosigner.fault')
    case 'none':
      return i18n.t('cosigner.none')
    case 'away':
    case 'connecting':
      return i18n.t('cosigner.away')
  }
}
