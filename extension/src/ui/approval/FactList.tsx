import { Shown } from '../parts/Shown.tsx'
import type { Fact } from '../words/facts.ts'

/** Things that are so, each on its own line. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return null
  return (
    <dl className="mt-4 divide-y divide-line rounded-card border border-line bg-surface">
      {facts.map(({ label, value }) => (
        <div
          key={`${label} ${value}`}
          className="flex flex-wrap items-baseline justify-between gap-x-4 px-3 py-2"
        >
          <dt className="text-ink3">{label}</dt>
          <dd className="ml-auto min-w-0 text-right wrap-anywhere">
            <Shown text={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
