import { useEffect } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Mark } from '../parts/Mark.tsx'
import { Page } from '../parts/Page.tsx'
import { CosignerRows } from './CosignerRows.tsx'
import { DevicesPage } from './DevicesPage.tsx'
import { PasskeysPage } from './PasskeysPage.tsx'
import { PolicyNews } from './PolicyNews.tsx'
import { PolicyPage } from './PolicyPage.tsx'
import { SealedLine } from './SealedLine.tsx'
import { SharesPage } from './SharesPage.tsx'
import { TimingPage } from './TimingPage.tsx'
import { TroubleBox } from './TroubleBox.tsx'
import { hostOf } from './trouble-of.ts'
import { useCosigner } from './use-cosigner.ts'
import { useNow } from './use-now.ts'
import { wordOf } from './word-of.ts'

/** The other machine: how it is, what it decides by, and what there is to do about it. */
export function CosignerPage({ part }: { readonly part?: string | undefined }) {
  const view = useCosigner()
  const now = useNow()
  const isReady = view?.word === 'ready'
  useEffect(() => {
    // What it said when both met is old by now.
    if (isReady) void background.inspectCosigner().catch(() => undefined)
  }, [isReady])
  if (!view) return <Page title={i18n.t('co.title')}>{null}</Page>
  if (part === 'policy') return <PolicyPage policy={view.policy} />
  if (part === 'shares') return <SharesPage view={view} />
  if (part === 'devices') return <DevicesPage view={view} />
  if (part === 'passkeys') return <PasskeysPage passkeys={view.passkeys} />
  if (part === 'timing') return <TimingPage timing={view.timing} />
  return (
    <Page title={i18n.t('co.title')}>
      <div className="flex items-center gap-3 rounded-card bg-brand-tint px-4 py-4">
        <Mark size={32} state={isReady ? 'idle' : 'apart'} />
        <div className="min-w-0">
          <p className="wrap-anywhere text-[17px]/6 font-[650]">{hostOf(view.address)}</p>
          <p role="status" className="text-ink2">
            {wordOf(view.word)}
            {view.roundTripMs !== undefined &&
              ` ${i18n.t('co.ms', [String(Math.round(view.roundTripMs))])}`}
          </p>
          {view.inspected && <SealedLine sealing={view.inspected.sealing} />}
        </div>
      </div>
      <TroubleBox view={view} now={now} />
      <PolicyNews policy={view.policy} />
      <div className="mt-4">
        <CosignerRows view={view} now={now} />
      </div>
    </Page>
  )
}
