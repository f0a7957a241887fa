import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Desk } from '../command.ts'
import type { Paper } from '../paper.ts'
import { short } from '../words.ts'

export const explainOptions = {
  chain: { type: 'string' },
  account: { type: 'string' },
  origin: { type: 'string' },
} as const

/** Says what each rule finds in a request that was asked, or in the payload of a file. */
export async function runExplain(desk: Desk, what: string): Promise<void> {
  const { folder } = desk.settings().config
  const answer = await ask(folder, commandOf(desk, what), messages.Explained)
  if (desk.json) return desk.paper.line(JSON.stringify(answer))
  say(desk.paper, answer)
}

function commandOf(desk: Desk, what: string): messages.Command {
  const [chain, account, origin] = ['chain', 'account', 'origin'].map(desk.option)
  if (chain === undefined && account === undefined) {
    if (!/^[0-9a-f]{4,32}$/.test(what))
      throw new CliError(
        'usage',
        'Expected the beginning of a request id, or a file with --chain and --account.',
      )
    return { command: 'explain', request: what }
  }
  if (chain === undefined || account === undefined)
    throw new CliError('usage', 'A file needs both --chain and --account.')
  const payload = payloadOf(what)
  return {
    command: 'explain-payload',
    chain,
    account,
    payload,
    ...(origin !== undefined && { origin }),
  }
}

const hexText = z.string().regex(/^(?:[0-9a-f]{2})+$/i)
const InJson = z.object({ payload: hexText })

/** Hex, or JSON with the hex in a field `payload`. */
function payloadOf(file: string): string {
  if (!existsSync(file)) throw new CliError('usage', `${file} is not there.`)
  const text = readFileSync(file, 'utf8').trim()
  const plain = hexText.safeParse(text.replace(/^0x/, ''))
  if (plain.success) return plain.data.toLowerCase()
  const inside = InJson.safeParse(jsonOf(text))
  if (inside.success) return inside.data.payload.toLowerCase()
  throw new CliError('usage', `${file} is neither hex nor JSON with a field payload.`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const verbs = { allow: 'allows', 'needs-factor': 'asks', deny: 'denies' } as const
const verdicts = {
  allow: 'Allowed',
  'needs-factor': 'Asks for more than a click',
  deny: 'Refused',
} as const

function say(paper: Paper, one: messages.Explained): void {
  if (one.request !== undefined) paper.line(paper.dim(`request ${short(one.request)}`))
  for (const line of one.does) paper.line(line)
  paper.line(paper.dim(one.account))
  if (one.before)
    paper.line(paper.dim(`decided before: ${one.before.state}, by ${one.before.rule}`))
  paper.line()
  for (const { rule, findings } of one.rules) {
    if (findings.length === 0) paper.line(`${paper.bold(rule)}: ${paper.dim('nothing to say')}`)
    for (const { says, act, text, left, limit, asset } of findings) {
      const about = act === undefined ? '' : ` ${one.acts[act]?.kind ?? ''}`
      const budget =
        left === undefined ? '' : ` ${left} of ${limit ?? '?'} left of ${asset ?? '?'}.`
      paper.line(`${paper.bold(rule)}: ${verbs[says]}${about}. ${text}${budget}`)
    }
  }
  paper.line()
  const accepts = one.accepts ? ` (${one.accepts.join(', ')})` : ''
  paper.line(`${paper.bold(verdicts[one.decision])}${accepts} by ${one.rule}: ${one.text}`)
}
