import {
  type Explanation,
  type Field,
  type Intent,
  type OpenAccount,
  type Payment,
  type TypedDataIntent,
  allIntents,
} from './intent.ts'
import { show } from './text.ts'

/** How much a person must look, from little to much. A refusal comes from policy or from `read`. */
export const levels = ['routine', 'check', 'high', 'unreadable'] as const
export type Level = (typeof levels)[number]

/**
 * What a person and a policy must not miss, and its level. A closed set: adding one breaks every
 * list of words for them, which is the point.
 */
const levelOf = {
  // Control over an account is handed over: a co-signer asks on its own side.
  delegatecall: 'high',
  upgrade: 'high',
  delegation: 'high',
  'delegation-every-chain': 'high',
  assign: 'high',
  'set-authority': 'high',
  'durable-nonce': 'high',
  // A contract takes the signature: for what nobody knows, or where nobody looks.
  'data-for-contract': 'high',
  'every-chain': 'high',
  // Verifiers take a login that is not exactly one, and then nobody compared its site.
  'near-sign-in': 'high',
  // Somebody may take money later.
  'unlimited-approval': 'high',
  approval: 'check',
  'approve-all': 'high',
  permit: 'high',
  order: 'check',
  'order-foreign-payee': 'high',
  'order-for-nothing': 'high',
  'close-elsewhere': 'high',
  'safe-refund': 'high',
  'open-outputs': 'high',
  sighash: 'high',
  // Not everything was read, or it rests on what others say.
  'unknown-call': 'unreadable',
  'hidden-accounts': 'unreadable',
  'not-text': 'unreadable',
  'unknown-typed-data': 'check',
  'claimed-table': 'check',
  'claimed-amount': 'check',
  'assumed-standard': 'check',
  'hidden-characters': 'check',
  // Worth a look.
  create: 'check',
  'funded-account': 'check',
  burn: 'check',
  mint: 'check',
  freeze: 'check',
  'allowance-used': 'check',
  'foreign-inputs': 'check',
  'high-fee': 'check',
  'may-stop-halfway': 'check',
} as const satisfies Record<string, Level>

export type WarningCode = keyof typeof levelOf

export type Warning = {
  readonly code: WarningCode
  readonly level: Level
  /** Who or what it is about: an address, an asset, a table. */
  readonly subject?: string
}

/**
 * Every warning about a request, in the order of its intents. One place for all chains, so that a
 * screen and a policy cannot differ.
 */
export function warnings(explanation: Explanation): Warning[] {
  return [
    ...allIntents(explanation.intents).flatMap(ofIntent),
    ...explanation.claims.map((claim) => {
      if (claim.kind === 'lookup-table') return warn('claimed-table', claim.table)
      if (claim.kind === 'amount') return warn('claimed-amount', claim.outpoint)
      return warn('assumed-standard', claim.contract)
    }),
    ...ofFee(explanation),
  ]
}

/** The highest level of any warning. */
export function level(found: readonly Warning[]): Level {
  const highest = Math.max(0, ...found.map((warning) => levels.indexOf(warning.level)))
  return levels[highest] ?? 'unreadable'
}

function warn(code: WarningCode, subject?: string): Warning {
  return { code, level: levelOf[code], ...(subject === undefined ? {} : { subject }) }
}

function ofIntent(intent: Intent): Warning[] {
  switch (intent.kind) {
    case 'transfer':
      return intent.fromOwn ? [] : [warn('allowance-used', intent.from)]
    case 'approve':
      return [
        ...(intent.amount === 'unlimited' ? [warn('unlimited-approval', intent.asset)] : []),
        intent.by === 'call' ? warn('approval', intent.spender) : warn('permit', intent.spender),
      ]
    case 'approve-all':
      return [warn('approve-all', intent.operator)]
    case 'order':
      return [
        warn('order', intent.market),
        ...(intent.receives.some(({ toOwn, min }) => toOwn && min > 0n)
          ? []
          : [warn('order-for-nothing', intent.market)]),
        ...intent.receives
          .filter(({ toOwn }) => !toOwn)
          .map(({ to }) => warn('order-foreign-payee', to)),
      ]
    case 'call':
      return [
        warn('unknown-call', intent.target),
        ...(intent.hidden === undefined ? [] : [warn('hidden-accounts', intent.target)]),
      ]
    case 'create':
      // Its code runs at once, and may send the coins on to anybody.
      return [
        warn('create', intent.address),
        ...(intent.value > 0n ? [warn('unknown-call', intent.address)] : []),
      ]
    case 'upgrade':
      return [warn('upgrade', intent.target)]
    case 'delegate':
      return [
        warn('delegation', intent.to),
        ...(intent.chainId === 0n ? [warn('delegation-every-chain', intent.to)] : []),
      ]
    case 'safe-transaction':
      return [
        ...(intent.operation === 'delegatecall' ? [warn('delegatecall', intent.target)] : []),
        ...(intent.refund ? [warn('safe-refund', intent.refund.to)] : []),
      ]
    case 'batch':
      return intent.atomic ? [] : [warn('may-stop-halfway')]
    case 'message':
      return ofText(intent.text, intent.nearSignIn === true)
    case 'memo':
      return ofText(intent.text, false)
    case 'typed-data':
      return ofTypedData(intent)
    case 'payment':
      return ofPayment(intent)
    case 'close-account':
      return intent.toOwn ? [] : [warn('close-elsewhere', intent.to)]
    case 'assign':
      return intent.own ? [warn('assign', intent.program)] : []
    case 'set-authority':
      return intent.toOwn && intent.threshold === undefined
        ? []
        : [warn('set-authority', intent.address)]
    case 'advance-nonce':
      return [warn('durable-nonce', intent.address)]
    case 'burn':
      return [warn('burn', intent.asset)]
    case 'mint':
      return [warn('mint', intent.asset)]
    case 'freeze':
      return [warn('freeze', intent.address)]
    case 'open-account':
      return ofNewAccount(intent)
    case 'revoke':
    case 'sign-in':
    case 'routine':
      return []
  }
}

/** A deposit that the request itself sets can be any amount, and is its new owner's. */
function ofNewAccount({ address, amount, token }: OpenAccount): Warning[] {
  return amount === undefined || token?.ownerOwn === true ? [] : [warn('funded-account', address)]
}

function ofText(text: string | undefined, nearSignIn: boolean): Warning[] {
  if (text === undefined) return [warn('not-text')]
  const shown = show(text)
  return [
    ...(shown.hidden ? [warn('hidden-characters')] : []),
    ...(nearSignIn ? [warn('near-sign-in')] : []),
  ]
}

function ofTypedData({ domain, primaryType, fields }: TypedDataIntent): Warning[] {
  const atoms = fields.flatMap(atomsOf)
  const named = (name: string) => domain.find((field) => field.name === name)?.value
  const contract = named('verifyingContract')
  const isHidden = ({ type, value }: Atom) => type === 'string' && show(value).hidden
  return [
    warn('unknown-typed-data', primaryType),
    // A hash, or a message of a Safe: it stands for anything.
    ...(atoms.every(({ type }) => type.startsWith('bytes')) ? [warn('not-text', primaryType)] : []),
    // Without a contract it is for a site, and no chain takes it.
    ...(typeof contract === 'string' ? [warn('data-for-contract', contract)] : []),
    ...(typeof contract === 'string' && !named('chainId') ? [warn('every-chain', contract)] : []),
    ...([...domain.flatMap(atomsOf), ...atoms].some(isHidden) ? [warn('hidden-characters')] : []),
  ]
}

type Atom = { readonly type: string; readonly value: string }

function atomsOf({ type, value }: Field): readonly Atom[] {
  return typeof value === 'string' ? [{ type, value }] : value.flatMap(atomsOf)
}

function ofPayment({ inputs, outputs, outputsFixed, leaves, fee }: Payment): Warning[] {
  const signed = inputs.filter((input) => input.signed)
  const ours = inputs.reduce((sum, { own, amount }) => (own ? sum + amount : sum), 0n)
  // Where nothing but the fee leaves, it is a part of what is moved.
  const sent = fee === undefined || leaves > fee ? leaves - (fee ?? 0n) : ours
  return [
    ...(outputsFixed ? [] : [warn('open-outputs')]),
    ...signed
      .filter(({ sighash }) => sighash !== 'all')
      .map(({ outpoint }) => warn('sighash', outpoint)),
    ...(inputs.some(({ own }) => !own) ? [warn('foreign-inputs')] : []),
    ...(outputs.some(({ to, amount }) => to === 'data' && amount > 0n) ? [warn('burn')] : []),
    ...(fee !== undefined && leaves > 0n && isHigh(fee, sent) ? [warn('high-fee')] : []),
  ]
}

/** What moves nothing by itself, so that it cannot hide a fee. */
const free: ReadonlySet<Intent['kind']> = new Set(['batch', 'memo', 'routine', 'advance-nonce'])

/** Only where fee and amount are of one asset; the caller knows prices, this package does not. */
function ofFee({ fee, intents }: Explanation): Warning[] {
  if (!fee?.own) return []
  let sent = 0n
  for (const intent of allIntents(intents)) {
    if (free.has(intent.kind)) continue
    if (intent.kind !== 'transfer' || intent.asset !== fee.asset) return []
    sent += intent.amount
  }
  return isHigh(fee.max, sent) ? [warn('high-fee')] : []
}

/** More than a tenth of what is sent. */
function isHigh(fee: bigint, amount: bigint): boolean {
  return amount > 0n && fee * 10n > amount
}
