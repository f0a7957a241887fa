import type { WarningCode } from '@tandem/chains'
import { i18n } from '#i18n'
import type { Concern } from '../../messages/engine.ts'
import { mainIntents } from './headline.ts'
import { warningsThatCount } from './level.ts'
import { type Telling, moneyOf, nameOf, plain } from './telling.ts'

type Code = WarningCode | Concern['code']

/** What must be known first: what cannot be undone, what has no end, how much, and what is strange. */
const order: readonly Code[] = [
  'unknown-call',
  'hidden-accounts',
  'not-text',
  'twin',
  'delegatecall',
  'upgrade',
  'delegation',
  'assign',
  'set-authority',
  'plain-spender',
  'loses-more',
  'unlimited-approval',
  'approve-all',
  'permit',
  'open-outputs',
  'every-chain',
  'delegation-every-chain',
  'durable-nonce',
  'data-for-contract',
  'near-sign-in',
  'order-for-nothing',
  'order-foreign-payee',
  'close-elsewhere',
  'safe-refund',
  'sighash',
  'almost-all',
  'foreign-inputs',
  'would-fail',
  'high-fee',
  'new-address',
]

/** What another reason says already, and better. */
const saidBy: Partial<Readonly<Record<Code, readonly Code[]>>> = {
  'new-address': ['twin', 'almost-all'],
  approval: ['plain-spender', 'unlimited-approval'],
  'unlimited-approval': ['permit'],
  order: ['order-for-nothing', 'order-foreign-payee'],
  sighash: ['open-outputs'],
}

/** Why a request has its level, the heaviest reason first, each only once. */
export function reasonsOf(telling: Telling): string[] {
  const { explained } = telling
  const found: { code: Code; subject?: string }[] = [
    ...warningsThatCount(explained),
    ...explained.concerns,
  ]
  const rank = ({ code }: { code: Code }) => (order.includes(code) ? order.indexOf(code) : 99)
  const codes = new Set(found.map(({ code }) => code))
  const sorted = found
    .filter(({ code }) => !(saidBy[code] ?? []).some((other) => codes.has(other)))
    .toSorted((a, b) => rank(a) - rank(b))
  return [...new Set(sorted.flatMap(({ code, subject }) => reason(code, subject, telling) ?? []))]
}

function reason(code: Code, subject: string | undefined, telling: Telling): string | undefined {
  const { explained, network } = telling
  const [main] = mainIntents(explained.explanation.intents)
  const name = subject === undefined ? '' : nameOf(subject, telling)
  switch (code) {
    case 'delegatecall':
      return i18n.t('risk.delegatecall')
    case 'upgrade':
      return i18n.t('risk.upgrade')
    case 'delegation':
      return i18n.t('risk.delegation', [name, network.name])
    case 'delegation-every-chain':
    case 'every-chain':
      return i18n.t('risk.everyChain')
    case 'assign':
      return main?.kind === 'assign'
        ? i18n.t('risk.owner', [nameOf(main.address, telling), name])
        : i18n.t('risk.delegatecall')
    case 'set-authority':
      if (main?.kind !== 'set-authority' || main.to === undefined)
        return i18n.t('risk.ownerNobody', [name])
      return i18n.t('risk.owner', [name, nameOf(main.to, telling)])
    case 'data-for-contract':
      return i18n.t('risk.dataForContract')
    case 'safe-refund':
      return i18n.t('risk.safeRefund')
    case 'durable-nonce':
      return i18n.t('risk.durableNonce')
    case 'unlimited-approval':
      return i18n.t('risk.unlimited', [spenderOf(telling)])
    case 'approval':
      return i18n.t('risk.approval', [name])
    case 'approve-all':
      return i18n.t('risk.approveAll', [name])
    case 'permit':
      if (main?.kind !== 'approve') return i18n.t('risk.permit')
      return i18n.t('risk.permitLead', [
        nameOf(main.spender, telling),
        main.amount === 'unlimited'
          ? i18n.t('limit.unlimited')
          : moneyOf(main.asset, main.amount, telling),
      ])
    case 'order':
      return i18n.t('risk.order')
    case 'order-foreign-payee':
      return i18n.t('risk.foreignPayee', [name])
    case 'order-for-nothing':
      return i18n.t('risk.forNothing')
    case 'close-elsewhere':
      return i18n.t('risk.closeElsewhere', [name])
    case 'open-outputs':
      return i18n.t('risk.openOutputs')
    case 'sighash':
      return i18n.t('risk.sighash')
    case 'unknown-call':
      return main?.kind === 'call' && main.touches
        ? i18n.t('risk.unknownProgram', [nameOf(main.target, telling), String(main.touches.length)])
        : i18n.t('risk.unknownCall')
    case 'hidden-accounts':
      return i18n.t('risk.hiddenAccounts')
    case 'not-text':
      return i18n.t('risk.notText')
    case 'unknown-typed-data':
      return i18n.t('risk.typedData')
    case 'claimed-table':
      return i18n.t('risk.claimedTable')
    case 'claimed-amount':
      return i18n.t('risk.claimedAmount')
    case 'assumed-standard':
      return i18n.t('risk.assumedStandard')
    case 'hidden-characters':
      return i18n.t('risk.hiddenCharacters')
    case 'near-sign-in':
      return i18n.t('risk.nearSignIn')
    case 'create':
      return i18n.t('risk.create')
    case 'funded-account':
      return i18n.t('risk.funded')
    case 'burn':
      return i18n.t('risk.burn')
    case 'mint':
      return i18n.t('risk.mint')
    case 'freeze':
      return i18n.t('risk.freeze')
    case 'allowance-used':
      return i18n.t('risk.allowance')
    case 'foreign-inputs':
      return foreign(telling)
    case 'high-fee':
      return i18n.t('risk.fee')
    case 'may-stop-halfway':
      return i18n.t('risk.halfway')
    case 'new-address':
      return i18n.t('risk.newAddress')
    case 'twin':
      return i18n.t('risk.twin', [name])
    case 'almost-all':
      return i18n.t('risk.almostAll')
    case 'would-fail':
      return failing(telling)
    case 'loses-more':
      return i18n.t('risk.losesMore')
    case 'plain-spender':
      return i18n.t('risk.plainSpender', [name])
    case 'insecure-site':
      return i18n.t('risk.insecure')
    case 'new-site':
      return i18n.t('risk.newSite')
  }
}

function spenderOf(telling: Telling): string {
  const [main] = mainIntents(telling.explained.explanation.intents)
  return main?.kind === 'approve' ? nameOf(main.spender, telling) : ''
}

function foreign(telling: Telling): string | undefined {
  const [main] = mainIntents(telling.explained.explanation.intents)
  if (main?.kind !== 'payment') return undefined
  const others = main.inputs.filter(({ own }) => !own).length
  return i18n.t('risk.foreign', [
    String(others),
    String(main.inputs.length),
    moneyOf(telling.network.native.asset, -main.leaves, telling),
  ])
}

function failing({ explained: { preview } }: Telling): string {
  const text = preview?.kind === 'fails' ? plain(preview.reason).slice(0, 120) : ''
  return text === '' ? i18n.t('risk.wouldFailPlain') : i18n.t('risk.wouldFail', [text])
}
