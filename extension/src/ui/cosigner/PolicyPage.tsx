import { i18n } from '#i18n'
import type { PolicyView } from '../../messages/cosigner.ts'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Card } from '../parts/Card.tsx'
import { Disclosure } from '../parts/Disclosure.tsx'
import { Page } from '../parts/Page.tsx'
import { go, hrefOf } from '../route.ts'
import { dayOf, momentOf } from '../words/time.ts'
import { policyFile } from './policy-file.ts'
import { changesOf, sentenceOf } from './policy-sentences.ts'

/** By what the co-signer decides: each rule as a sentence, what changed, and the file beside. */
export function PolicyPage({ policy }: { readonly policy: PolicyView | undefined }) {
  if (!policy)
    return <Page title={i18n.t('co.policy.title')} back={hrefOf('cosigner')} children={null} />
  const { text, version, since, before, waiting } = policy
  const file = policyFile(text)
  const isNews = before !== undefined || waiting?.isSeen === false
  return (
    <Page title={i18n.t('co.policy.title')} back={hrefOf('cosigner')}>
      <p className="text-ink2">{i18n.t('co.policy.about')}</p>
      <p className="mt-2 text-small text-ink3">
        {i18n.t('co.policy.version', [String(version), dayOf(since), file?.changeAfter ?? '-'])}
      </p>
      {before !== undefined && <Change before={before} after={text} />}
      {waiting && (
        <Change
          before={text}
          after={waiting.text}
          title={i18n.t('co.policy.waits', [momentOf(waiting.at)])}
        />
      )}
      {isNews && (
        <Button
          weight="filled"
          className="mt-3 w-full"
          onClick={() => void background.seenPolicy().then(() => go('cosigner'))}
        >
          {i18n.t('co.looked')}
        </Button>
      )}
      <div className="mt-4">
        {file ? (
          <Card label={i18n.t('co.policy.title')}>
            {file.rules.map((rule) => (
              <li key={rule.name} className="px-4 py-3">
                <p className="text-small font-semibold text-ink3">{rule.name}</p>
                <p className="mt-0.5">{sentenceOf(rule)}</p>
              </li>
            ))}
            <li className="px-4 py-3 text-ink2">{i18n.t('co.policy.everything')}</li>
          </Card>
        ) : (
          <p className="text-ink2">{i18n.t('co.policy.unreadable')}</p>
        )}
      </div>
      <Disclosure title={i18n.t('co.policy.file')} isOpen={!file} className="mt-4">
        <pre className="mt-2 overflow-x-auto rounded-card border border-line bg-sunken p-3 font-mono text-mono">
          {text}
        </pre>
      </Disclosure>
    </Page>
  )
}

function Change({
  before,
  after,
  title,
}: {
  readonly before: string
  readonly after: string
  readonly title?: string
}) {
  const { gone, fresh } = changesOf(policyFile(before)?.rules ?? [], policyFile(after)?.rules ?? [])
  return (
    <section className="mt-3 rounded-card border-l-4 border-ask bg-ask-tint px-4 py-3">
      {title !== undefined && <h2 className="font-semibold">{title}</h2>}
      {gone.length + fresh.length === 0 && <p>{i18n.t('co.policy.nothing')}</p>}
      <Side title={i18n.t('co.policy.gone')} sentences={gone} isGone />
      <Side title={i18n.t('co.policy.fresh')} sentences={fresh} />
    </section>
  )
}

function Side({
  title,
  sentences,
  isGone = false,
}: {
  readonly title: string
  readonly sentences: readonly string[]
  readonly isGone?: boolean
}) {
  if (sentences.length === 0) return null
  return (
    <div className="mt-1">
      <h3 className="text-small font-semibold text-ink3">{title}</h3>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence} className={`mt-1 ${isGone ? 'text-ink2 line-through' : ''}`}>
            {sentence}
          </li>
        ))}
      </ul>
    </div>
  )
}
