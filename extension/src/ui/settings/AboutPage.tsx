import { DECODERS } from '@tandem/chains'
import { browser } from 'wxt/browser'
import { i18n } from '#i18n'
import type { EngineState } from '../../messages/engine.ts'
import { Page } from '../parts/Page.tsx'
import { hrefOf } from '../route.ts'
import { useBuild } from './use-build.ts'

/** Which code runs on both machines, and how that is checked. */
export function AboutPage({ cosigner }: { readonly cosigner: EngineState['cosigner'] }) {
  const { version } = browser.runtime.getManifest()
  const build = useBuild()
  const rows = [
    { term: i18n.t('about.version'), value: version },
    {
      term: i18n.t('about.cosigner'),
      value: cosigner.state === 'ready' ? cosigner.version : i18n.t('about.unknown'),
    },
  ]
  return (
    <Page title={i18n.t('about.title')} back={hrefOf('settings')}>
      <dl className="divide-y divide-line rounded-card border border-line bg-surface">
        {rows.map(({ term, value }) => (
          <div key={term} className="flex min-h-12 items-center justify-between gap-3 px-4">
            <dt className="text-ink2">{term}</dt>
            <dd className="font-semibold">{value}</dd>
          </div>
        ))}
        <Digest
          term={i18n.t('about.decoders')}
          digest={DECODERS}
          text={i18n.t('about.decodersText')}
        />
        {build !== undefined && (
          <Digest term={i18n.t('about.build')} digest={build} text={i18n.t('about.buildText')} />
        )}
      </dl>
    </Page>
  )
}

type DigestProps = { readonly term: string; readonly digest: string; readonly text: string }

/** 32 bytes, in groups that can be compared. */
function Digest({ term, digest, text }: DigestProps) {
  return (
    <div className="px-4 py-3">
      <dt className="text-ink2">{term}</dt>
      <dd className="mt-1 font-mono text-mono">{digest.match(/.{1,4}/g)?.join(' ')}</dd>
      <dd className="mt-1 text-small text-ink3">{text}</dd>
    </div>
  )
}
