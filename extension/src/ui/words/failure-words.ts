import { i18n } from '#i18n'
import type { ApprovalState } from '../../messages/approval.ts'

type Failed = Extract<ApprovalState, { at: 'failed' }>

/** What happened, what is true of the money, and what to do. */
export type FailureWords = {
  readonly what: string
  readonly money: string
  readonly next: string
}

export function failureWords({ code, money }: Pick<Failed, 'code' | 'money'>): FailureWords {
  return { money: moneyWords(money), ...wordsFor(code) }
}

function moneyWords(money: Failed['money']): string {
  switch (money) {
    case 'not-signed':
      return i18n.t('money.notSigned')
    case 'not-sent':
      return i18n.t('money.notSent')
    case 'signed-not-sent':
      return i18n.t('money.signedNotSent')
    case 'sent':
      return i18n.t('money.sent')
  }
}

/** Nothing here comes from a node or a site: their words stay in the log. */
function wordsFor(code: string): Omit<FailureWords, 'money'> {
  switch (code) {
    case 'timeout':
    case 'deadline':
      return { what: i18n.t('failure.timeout'), next: i18n.t('failure.timeoutNext') }
    case 'away':
      return { what: i18n.t('failure.away'), next: i18n.t('failure.awayNext') }
    case 'stopped':
      return { what: i18n.t('failure.stopped'), next: i18n.t('failure.stoppedNext') }
    case 'breaker':
      return { what: i18n.t('failure.breaker'), next: i18n.t('failure.breakerNext') }
    case 'busy':
      return { what: i18n.t('failure.changing'), next: i18n.t('failure.changingNext') }
    case 'unknown-outcome':
      return { what: i18n.t('failure.unknown'), next: i18n.t('failure.unknownNext') }
    case 'rejected':
    case 'unreachable':
    case 'rate-limited':
    case 'server':
    case 'bad-reply':
    case 'node':
      return { what: i18n.t('failure.node'), next: i18n.t('failure.nodeNext') }
    case 'no-node':
    case 'host':
      return { what: i18n.t('failure.noNode'), next: i18n.t('failure.noNodeNext') }
    case 'version':
      return { what: i18n.t('failure.version'), next: i18n.t('failure.versionNext') }
    case 'misbehaved':
    case 'burned':
      return { what: i18n.t('failure.misbehaved'), next: i18n.t('failure.misbehavedNext') }
    case 'fork':
    case 'forged':
      return { what: i18n.t('failure.fork'), next: i18n.t('failure.forkNext') }
    case 'rollback':
      return { what: i18n.t('failure.rollback'), next: i18n.t('failure.rollbackNext') }
    case 'revoked':
      return { what: i18n.t('failure.revoked'), next: i18n.t('failure.revokedNext') }
    case 'refused':
    case 'denied':
      return { what: i18n.t('failure.refused'), next: i18n.t('failure.refusedNext') }
    case 'expired':
      return { what: i18n.t('failure.expired'), next: i18n.t('failure.expiredNext') }
    case 'insufficient-funds':
      return { what: i18n.t('failure.funds'), next: i18n.t('failure.fundsNext') }
    case 'locked':
      return { what: i18n.t('failure.locked'), next: i18n.t('failure.lockedNext') }
    default:
      return { what: i18n.t('failure.other'), next: i18n.t('failure.otherNext') }
  }
}
