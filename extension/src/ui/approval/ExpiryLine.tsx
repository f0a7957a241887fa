import { i18n } from '#i18n'
import { leftOf } from '../words/time.ts'
import { useClock } from './use-clock.ts'
import { useLate } from './use-late.ts'

/** From so long before its end a question says when it ends. */
const SOON_MS = 60_000

/** When a question is about to be closed unanswered. */
export function ExpiryLine({ expiresAt }: { readonly expiresAt: number }) {
  const isSoon = useLate(expiresAt - SOON_MS, 0)
  const now = useClock(1000, isSoon)
  if (!isSoon) return null
  return (
    <p role="timer" className="mt-3 text-small text-ink2">
      {i18n.t('approval.soon', [leftOf(expiresAt - now)])}
    </p>
  )
}
