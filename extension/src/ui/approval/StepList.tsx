import type { Step } from '../words/request-view.ts'
import { LevelGlyph } from './LevelGlyph.tsx'

/** Several steps, in order: the risky ones are marked. */
export function StepList({ steps }: { readonly steps: readonly Step[] }) {
  if (steps.length === 0) return null
  return (
    <ol className="mt-4 divide-y divide-line rounded-card border border-line bg-surface">
      {steps.map(({ text, level }, at) => (
        // Two steps can say the same; their order is what they are.
        // oxlint-disable-next-line no-array-index-key
        <li key={at} className="flex gap-3 px-3 py-2">
          <span className="w-4 shrink-0 text-right text-ink3">{at + 1}</span>
          <span className="min-w-0 flex-1 wrap-anywhere">{text}</span>
          {level !== 'routine' && (
            <span className={level === 'check' ? 'text-ask' : 'text-deny'}>
              <LevelGlyph level={level} size={18} />
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}
