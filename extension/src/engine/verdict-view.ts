import { factorChallenge } from '@tandem/protocol'
import type { VerdictView } from '../messages/engine.ts'
import type { Verdict } from './cosigner/asking.ts'

/** A verdict, as screens show it and as a passkey is asked about it. */
export function verdictView(verdict: Verdict): VerdictView {
  const { decision, rule, detail, expiresAt } = verdict
  const parsed: unknown = JSON.parse(new TextDecoder().decode(detail))
  return {
    decision,
    rule,
    detail: parsed,
    expiresAt: Number(expiresAt),
    ...(decision === 'needs-factor' && { challenge: factorChallenge(verdict) }),
  }
}
