import { useState } from 'react'
import type { CosignerView } from '../../messages/cosigner.ts'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { go } from '../route.ts'
import { PairAgain } from './PairAgain.tsx'
import { type Trouble, troubleOf } from './trouble-of.ts'

const tones = {
  deny: 'border-deny bg-deny-tint',
  ask: 'border-ask bg-ask-tint',
  quiet: 'border-control bg-sunken',
} as const

/** What is wrong, what about the money, and one button. */
export function TroubleBox({ view, now }: { readonly view: CosignerView; readonly now: number }) {
  const [isBusy, setBusy] = useState(false)
  const trouble = troubleOf(view, now)
  if (!trouble) return null
  const { tone, text, more, act, canPair } = trouble

  async function press(does: NonNullable<Trouble['act']>['does']): Promise<void> {
    if (does !== 'retry') return go('cosigner', 'shares')
    setBusy(true)
    // Where it fails, the screen says so by itself.
    await background.retryCosigner().catch(() => undefined)
    setBusy(false)
  }

  return (
    <section role="alert" className={`mt-3 rounded-card border-l-4 px-4 py-3 ${tones[tone]}`}>
      <p>{text}</p>
      {more !== undefined && <p className="mt-1 text-small text-ink2">{more}</p>}
      {act && (
        <Button
          weight="filled"
          className="mt-3 w-full"
          disabled={isBusy}
          onClick={() => void press(act.does)}
        >
          {act.label}
        </Button>
      )}
      {canPair && <PairAgain />}
    </section>
  )
}
