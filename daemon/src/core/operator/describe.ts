import { type Explanation, type Intent, type Network, show } from '@tandem/chains'
import { amountOf } from './amount.ts'

/** A request in the words of a terminal: one sentence a step, and what stands beside them in full. */
export type Description = {
  readonly does: readonly string[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
}

/** Says what was read of a request. Text from outside is made visible, never left out. */
export function describe(explanation: Explanation, network: Network): Description {
  const words = sentences(network)
  const { fee, claims } = explanation
  return {
    does: explanation.intents.flatMap((intent) => words(intent)),
    facts: [
      ...(fee
        ? [
            {
              name: 'fee',
              value: `at most ${amountOf(fee.asset, fee.max, network)}${fee.own ? '' : `, paid by ${fee.payer}`}`,
            },
          ]
        : []),
      ...claims.map((claim) => ({ name: 'not proven', value: claimText(claim) })),
    ],
  }
}

function claimText(claim: Explanation['claims'][number]): string {
  switch (claim.kind) {
    case 'lookup-table':
      return `the accounts behind the table ${claim.table}`
    case 'amount':
      return `that the coin ${claim.outpoint} holds ${claim.amount}`
    case 'standard':
      return `which kind of token ${claim.contract} is`
  }
}

const text = (value: string): string => show(value).text

function sentences(network: Network): (intent: Intent) => string[] {
  const money = (asset: string, amount: bigint | 'unlimited') => amountOf(asset, amount, network)
  const native = (amount: bigint) => money(network.native.asset, amount)
  const seconds = (at: bigint) =>
    at < 8_640_000_000_000n ? new Date(Number(at) * 1000).toISOString() : 'for ever'

  function say(intent: Intent): string[] {
    switch (intent.kind) {
      case 'transfer': {
        const from = intent.fromOwn ? '' : ` of ${intent.from}, by an allowance`
        const how = intent.by === 'signature' ? ', when somebody brings this signature' : ''
        const owner = intent.toOwner === undefined ? '' : ` (of ${intent.toOwner})`
        return [
          `send ${money(intent.asset, intent.amount)}${from} to ${intent.to}${owner}${intent.toOwn ? ', which is yours' : ''}${how}`,
        ]
      }
      case 'approve':
        return [
          `let ${intent.spender} take ${intent.change === 'increase' ? 'another ' : intent.amount === 'unlimited' ? '' : 'up to '}${money(intent.asset, intent.amount)} of ${intent.owner}${intent.until === undefined ? ', at any time' : `, until ${seconds(intent.until)}`}`,
        ]
      case 'approve-all':
        return [`let ${intent.operator} take everything of ${intent.collection}`]
      case 'revoke':
        return [
          `take back the ${intent.what} of ${intent.spender ?? 'everybody'} on ${intent.asset}`,
        ]
      case 'order':
        return [
          `offer on ${intent.protocol} (${intent.market}):`,
          ...intent.gives.map(({ asset, max }) => `  give at most ${money(asset, max)}`),
          ...intent.receives.map(
            ({ asset, min, to, toOwn }) =>
              `  for at least ${money(asset, min)} to ${toOwn ? 'you' : to}`,
          ),
        ]
      case 'call':
        return [
          `call ${intent.target}${intent.name === undefined ? '' : ` (${text(intent.name)})`}, which cannot be read: ${intent.dataLength} bytes${intent.selector === undefined ? '' : `, function ${intent.selector}`}${intent.value > 0n ? `, with ${native(intent.value)}` : ''}`,
          ...(intent.touches ?? []).map((account) => `  it may change ${account}`),
        ]
      case 'create':
        return [
          `put a contract of ${intent.codeLength} bytes at ${intent.address}${intent.value > 0n ? `, with ${native(intent.value)}` : ''}`,
        ]
      case 'upgrade':
        return [
          `replace the code of ${intent.target} by ${intent.implementation ?? 'other code'}`,
          ...(intent.call ? indented(say(intent.call)) : []),
        ]
      case 'delegate':
        return [
          `let the code ${intent.to} act as ${intent.authority}${intent.chainId === 0n ? ', on every chain' : ''}`,
        ]
      case 'safe-transaction':
        return [
          `as the Safe ${intent.safe}${intent.operation === 'delegatecall' ? ', running foreign code as itself' : ''}:`,
          ...indented(say(intent.inner)),
        ]
      case 'batch':
        return [
          `${intent.steps.length} steps${intent.atomic ? ', all or none' : ', which may stop halfway'}:`,
          ...indented(intent.steps.flatMap(say)),
        ]
      case 'sign-in':
        return [
          `sign in to ${text(intent.domain)} as ${intent.address}`,
          ...quoted(intent.statement),
        ]
      case 'message':
        return [
          `sign a message as ${intent.address}${intent.nearSignIn === true ? ', which is almost a login' : ''}:`,
          ...quoted(intent.text ?? `${intent.bytes.length} bytes that are no text`),
        ]
      case 'typed-data':
        return [
          `sign typed data ${text(intent.primaryType)}:`,
          ...indented(fieldLines(intent.domain)),
          ...indented(fieldLines(intent.fields)),
        ]
      case 'payment':
        return [
          intent.leaves >= 0n
            ? `spend ${native(intent.leaves)}, fee included`
            : `receive ${native(-intent.leaves)}`,
          ...intent.outputs
            .filter(({ to }) => to === 'other' || to === 'data')
            .map(({ address, amount }) => `  ${native(amount)} to ${address ?? 'no address'}`),
          ...(intent.outputsFixed ? [] : ['  others may change where it goes']),
        ]
      case 'open-account':
        return [
          `open ${intent.address} under ${intent.program}, paid by ${intent.payer}${intent.amount === undefined ? '' : `: ${native(intent.amount)}`}`,
        ]
      case 'close-account':
        return [`close ${intent.address}; its deposit goes to ${intent.toOwn ? 'you' : intent.to}`]
      case 'assign':
        return [`hand ${intent.address} to the program ${intent.program}, with everything in it`]
      case 'set-authority':
        return [
          `hand the ${text(intent.authority)} of ${intent.address} from ${intent.from} to ${intent.to ?? 'nobody, for good'}`,
        ]
      case 'advance-nonce':
        return [`valid until the nonce account ${intent.address} moves on, not for a minute`]
      case 'burn':
        return [`destroy ${money(intent.asset, intent.amount)} of ${intent.from}`]
      case 'mint':
        return [`make ${money(intent.asset, intent.amount)} for ${intent.to}`]
      case 'freeze':
        return [`${intent.frozen ? 'freeze' : 'unfreeze'} ${intent.address}`]
      case 'routine':
        return [`${text(intent.name)} (${intent.program}), which moves nothing`]
      case 'memo':
        return ['with a note:', ...quoted(intent.text)]
    }
  }
  return say
}

type Fields = Extract<Intent, { kind: 'typed-data' }>['fields']

function fieldLines(fields: Fields): string[] {
  return fields.flatMap(({ name, type, value }) =>
    typeof value === 'string'
      ? [`${text(name)} (${text(type)}): ${text(value)}`]
      : [`${text(name)} (${text(type)}):`, ...indented(fieldLines(value))],
  )
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

const quoted = (value: string | undefined): string[] =>
  value === undefined
    ? []
    : text(value)
        .split('\n')
        .map((line) => `  | ${line}`)
