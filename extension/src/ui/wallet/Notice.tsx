import { useSyncExternalStore } from 'react'
import { i18n } from '#i18n'
import type { EngineState } from '../../messages/engine.ts'
import { background } from '../background.ts'
import { hrefOf } from '../route.ts'

type Props = {
  readonly cosigner: EngineState['cosigner']
  readonly waiting: number
  readonly hasNodes: boolean
}

/** The one thing that the person should know first. */
export function Notice({ cosigner, waiting, hasNodes }: Props) {
  const isOnline = useSyncExternalStore(listen, () => navigator.onLine)
  if (cosigner.state === 'fault')
    return (
      <Line tint="bg-deny-tint" text={i18n.t('assets.fault')}>
        <a
          href={hrefOf('cosigner')}
          className="shrink-0 font-semibold underline underline-offset-4"
        >
          {i18n.t('assets.look')}
        </a>
      </Line>
    )
  if (waiting > 0)
    return (
      <Line tint="bg-pending-tint" text={i18n.t('home.waiting', [String(waiting)])}>
        <button
          type="button"
          className="shrink-0 font-semibold underline underline-offset-4"
          onClick={() => void background.review()}
        >
          {i18n.t('home.review')}
        </button>
      </Line>
    )
  if (cosigner.state === 'away') return <Line tint="bg-ask-tint" text={i18n.t('assets.away')} />
  if (!isOnline) return <Line tint="bg-sunken" text={i18n.t('assets.offline')} />
  if (!hasNodes)
    return (
      <Line tint="bg-sunken" text={i18n.t('assets.noNode')}>
        <a
          href={hrefOf('networks')}
          className="shrink-0 font-semibold underline underline-offset-4"
        >
          {i18n.t('assets.choose')}
        </a>
      </Line>
    )
  return null
}

function Line({
  tint,
  text,
  children,
}: {
  readonly tint: string
  readonly text: string
  readonly children?: React.ReactNode
}) {
  return (
    <div role="status" className={`mt-3 flex items-center gap-3 rounded-card px-4 py-3 ${tint}`}>
      <p className="min-w-0 flex-1">{text}</p>
      {children}
    </div>
  )
}

function listen(hear: () => void): () => void {
  window.addEventListener('online', hear)
  window.addEventListener('offline', hear)
  return () => {
    window.removeEventListener('online', hear)
    window.removeEventListener('offline', hear)
  }
}
