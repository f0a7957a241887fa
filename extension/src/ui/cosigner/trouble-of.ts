import { i18n } from '#i18n'
import type { CosignerView } from '../../messages/cosigner.ts'
import { ago } from './ago.ts'

/** What is wrong, what is true of the money, and the one thing to do now. */
export type Trouble = {
  readonly tone: 'deny' | 'ask' | 'quiet'
  readonly text: string
  /** What else to know. */
  readonly more?: string
  readonly act?: { readonly label: string; readonly does: 'retry' | 'refresh' | 'renew' }
  /** It may run at another address. */
  readonly canPair?: true
}

const again = () => ({ label: i18n.t('co.again'), does: 'retry' }) as const

/** The most serious thing that is wrong with a co-signer; nothing: it signs. */
export function troubleOf(view: CosignerView, now: number): Trouble | undefined {
  return faultOf(view, now) ?? restOf(view, now)
}

function faultOf(view: CosignerView, now: number): Trouble | undefined {
  const { word, code, address, history, version, shares } = view
  switch (word) {
    case 'history': {
      if (code !== 'rollback') return { tone: 'deny', text: i18n.t('co.fork'), act: again() }
      return {
        tone: 'deny',
        text: history
          ? i18n.t('co.rollback', [String(history.shown), String(history.seen)])
          : i18n.t('co.rollbackPlain'),
        act: { label: i18n.t('co.rollbackNext'), does: 'refresh' },
      }
    }
    case 'lost':
      return {
        tone: 'deny',
        text: i18n.t('co.lost', [String(shares?.generation ?? 0)]),
        more: i18n.t('co.lostNext'),
        act: again(),
      }
    case 'misbehaved':
      return { tone: 'deny', text: i18n.t('co.misbehaved'), act: again() }
    case 'revoked':
      return {
        tone: 'deny',
        text: i18n.t('co.revoked'),
        more: i18n.t('co.revokedNext', [hostOf(address)]),
        act: again(),
      }
    case 'replaced':
      return {
        tone: 'ask',
        text: i18n.t('co.replaced'),
        act: { label: i18n.t('co.replacedHere'), does: 'retry' },
      }
    case 'version':
      return {
        tone: 'ask',
        text: i18n.t('co.version', [olderOf(version)]),
        act: again(),
      }
    case 'locked':
      return { tone: 'ask', text: i18n.t('co.locked', [hostOf(address)]), act: again() }
    case 'away':
      return {
        tone: 'ask',
        text: i18n.t('co.away'),
        more: i18n.t('co.lastSeen', [
          view.seenAt === undefined ? i18n.t('co.never') : ago(view.seenAt, now),
        ]),
        act: { label: i18n.t('co.try'), does: 'retry' },
        canPair: true,
      }
    case 'none':
      return { tone: 'quiet', text: i18n.t('co.none') }
    case 'connecting':
    case 'ready':
      return undefined
  }
}

function restOf({ burned, breakerUntil, shares }: CosignerView, now: number): Trouble | undefined {
  if (burned)
    return {
      tone: 'deny',
      text: i18n.t(burned.times > 1 ? 'co.burnedAgain' : 'co.burned'),
      act: { label: i18n.t('co.renew'), does: 'renew' },
    }
  if (shares?.theirs !== undefined)
    return {
      tone: 'ask',
      text: i18n.t('co.mismatch', [String(shares.generation), String(shares.theirs)]),
      act: { label: i18n.t('co.finish'), does: 'retry' },
    }
  if (breakerUntil !== undefined && breakerUntil > now)
    return {
      tone: 'ask',
      text: i18n.t('co.breaker', [String(Math.ceil((breakerUntil - now) / 1000))]),
    }
  return undefined
}

export const hostOf = (address: string): string => address.replace(/:[0-9]+$/, '')

/** Who has to be updated: the older one; both, where neither is. */
function olderOf(version: CosignerView['version']): string {
  const { ours, theirs } = version ?? {}
  if (ours === undefined || theirs === undefined || ours === theirs) return i18n.t('co.versionBoth')
  const isOurs = ours.localeCompare(theirs, 'en', { numeric: true }) < 0
  return i18n.t(isOurs ? 'co.versionHere' : 'co.versionThere')
}
