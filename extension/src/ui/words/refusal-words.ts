import { type Intent, allIntents } from '@tandem/chains'
import { i18n } from '#i18n'
import { networkOf } from './network-of.ts'
import { type Telling, plain } from './telling.ts'

/** A refusal of this machine: nobody else was asked. */
export type RefusalWords = {
  readonly headline: string
  readonly reason: string
  /** Two things that should be the same. */
  readonly facts?: readonly { readonly label: string; readonly value: string }[]
}

/** Why this machine does not sign what was read. */
export function refusalWords(telling: Telling): RefusalWords | undefined {
  const { host, explained } = telling
  const { refusal } = explained
  switch (refusal?.code) {
    case undefined:
      return undefined
    case 'sign-in':
      return ofSignIn(plain(refusal.domain), refusal.mismatches, host)
    case 'chain': {
      const [wants, is] = [refusal.wants, refusal.is].map((id) => networkOf(id).name)
      return {
        headline: i18n.t('refuse.chain', [wants ?? '']),
        reason: i18n.t('refuse.chainText', [wants ?? '', host, is ?? '']),
        facts: [
          { label: i18n.t('refuse.domainAsks'), value: wants ?? '' },
          { label: i18n.t('refuse.domainIs'), value: is ?? '' },
        ],
      }
    }
    case 'unreadable':
      return {
        headline: i18n.t('refuse.unreadable'),
        reason: i18n.t('refuse.unreadableText', [host]),
      }
    case 'hidden-accounts':
      return {
        headline: i18n.t('refuse.hidden'),
        reason: i18n.t('refuse.hiddenText', hiddenIn(explained.explanation.intents)),
      }
    case 'amounts':
      return { headline: i18n.t('refuse.amounts'), reason: i18n.t('refuse.amountsText') }
  }
}

/** Why this machine could not even read it, by the code of the reader. Nothing: it is no refusal. */
export function unreadWords(code: string, host: string): RefusalWords | undefined {
  switch (code) {
    case 'wrong-chain':
      return { headline: i18n.t('refuse.otherChain'), reason: i18n.t('refuse.otherChainText') }
    case 'wrong-domain':
      return { headline: i18n.t('refuse.unreadable'), reason: i18n.t('refuse.disguised', [host]) }
    case 'missing':
      return { headline: i18n.t('refuse.amounts'), reason: i18n.t('refuse.amountsText') }
    case 'wrong-account':
      return { headline: i18n.t('refuse.account'), reason: i18n.t('refuse.accountText') }
    case 'truncated':
    case 'trailing':
    case 'duplicate':
    case 'not-canonical':
    case 'not-valid':
    case 'unsupported':
    case 'checksum':
    case 'limit':
      return { headline: i18n.t('refuse.broken'), reason: i18n.t('refuse.brokenText', [host]) }
    default:
      return undefined
  }
}

function ofSignIn(domain: string, mismatches: readonly string[], host: string): RefusalWords {
  const isOther = mismatches.some((one) => one === 'domain' || one === 'uri' || one === 'scheme')
  if (!isOther)
    return {
      headline: i18n.t('refuse.signInOther'),
      reason: i18n.t('refuse.signInOtherText', [host]),
    }
  return {
    headline: i18n.t('refuse.signIn'),
    reason: i18n.t('refuse.signInText', [host, domain]),
    facts: [
      { label: i18n.t('refuse.domainAsks'), value: domain },
      { label: i18n.t('refuse.domainIs'), value: host },
    ],
  }
}

const hiddenIn = (intents: readonly Intent[]): number =>
  allIntents(intents).reduce(
    (sum, intent) => (intent.kind === 'call' ? sum + (intent.hidden ?? 0) : sum),
    0,
  )
