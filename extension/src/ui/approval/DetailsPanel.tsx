import { i18n } from '#i18n'
import type { Coin, Details } from '../words/details.ts'
import { Address } from '../parts/Address.tsx'
import { Disclosure } from '../parts/Disclosure.tsx'
import { FieldTree } from './FieldTree.tsx'
import { StepList } from './StepList.tsx'

/** What one finds by looking closer; closed until somebody does. */
export function DetailsPanel({ details }: { readonly details: Details }) {
  const { summary, facts, coins, instructions, domain, raw } = details
  return (
    <Disclosure
      title={i18n.t('approval.details')}
      summary={summary}
      className="mt-4 border-t border-line pt-2"
    >
      <StepList steps={instructions.map((text) => ({ text, level: 'routine' }))} />
      {coins && (
        <>
          <Coins label={i18n.t('detail.inputs')} coins={coins.inputs} />
          <Coins label={i18n.t('detail.outputs')} coins={coins.outputs} />
        </>
      )}
      {domain.length > 0 && (
        <>
          <h2 className="mt-4 text-small text-ink3">{i18n.t('detail.domain')}</h2>
          <FieldTree fields={domain} />
        </>
      )}
      <dl className="mt-3 space-y-2">
        {facts.map(({ label, value }) => (
          <div key={`${label} ${value}`}>
            <dt className="text-small text-ink3">{label}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
        <div>
          <dt className="text-small text-ink3">{i18n.t('detail.raw')}</dt>
          <dd className="max-h-40 overflow-y-auto font-mono text-small wrap-anywhere" tabIndex={0}>
            {raw}
          </dd>
        </div>
      </dl>
    </Disclosure>
  )
}

function Coins({ label, coins }: { readonly label: string; readonly coins: readonly Coin[] }) {
  return (
    <section className="mt-3">
      <h2 className="text-small text-ink3">{label}</h2>
      <ul className="mt-1 divide-y divide-line rounded-card border border-line bg-surface">
        {coins.map(({ address, amount, note }, at) => (
          // Two outputs can be the same; their place is what they are.
          // oxlint-disable-next-line no-array-index-key
          <li key={at} className="px-3 py-2">
            <Address address={address} />
            <p className="flex justify-between gap-3">
              <span className="text-small text-ink3">{note}</span>
              <span>{amount}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
