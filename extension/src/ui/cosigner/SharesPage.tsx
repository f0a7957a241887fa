import { i18n } from '#i18n'
import type { CosignerView } from '../../messages/cosigner.ts'
import { background } from '../background.ts'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { momentOf } from '../words/time.ts'
import { Change } from './Change.tsx'

/** New shares, or a new link: each begins on the co-signer's machine. */
export function SharesPage({ view }: { readonly view: CosignerView }) {
  const { shares, burned } = view
  const isRenewal = burned !== undefined && view.word === 'ready'
  return (
    <Page
      title={i18n.t(isRenewal ? 'co.refresh.renewTitle' : 'co.refresh.title')}
      back={hrefOf('cosigner')}
    >
      <p className="text-ink2">
        {i18n.t(isRenewal ? 'co.refresh.renewAbout' : 'co.refresh.about')}
      </p>
      {shares && (
        <p className="mt-2 text-small text-ink3">
          {i18n.t('co.refresh.generation', [String(shares.generation)])}
        </p>
      )}
      {isRenewal && burned.notBefore > Date.now() && (
        <p className="mt-2 text-ink2">
          {i18n.t('co.refresh.notBefore', [momentOf(burned.notBefore)])}
        </p>
      )}
      {shares && (
        <Change
          key={String(isRenewal)}
          command={`tandem rotate ${shares.wallet}${isRenewal ? ' --setup' : ''}`}
          begin={() => (isRenewal ? background.renewLink() : background.refreshShares())}
          notYet={isRenewal ? 'too-early' : 'not-allowed'}
          done={i18n.t(isRenewal ? 'co.refresh.renewDone' : 'co.refresh.done')}
          talks={!isRenewal}
        />
      )}
    </Page>
  )
}
