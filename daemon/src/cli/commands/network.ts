import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { readCode } from '../read-code.ts'
import { day } from '../words.ts'

export const network: Command = {
  name: 'network',
  group: 'Every day',
  summary: 'the networks it signs for; add a test network, or one of yours',
  usage: [
    'tandem network',
    'tandem network add CHAIN',
    'tandem network add CHAIN --name NAME --symbol SYMBOL [--test]',
    'tandem network remove CHAIN',
  ],
  help: `CHAIN is a CAIP-2 id: eip155 and the chain id, such as eip155:1234. Those that Tandem knows need nothing else. Another one of Ethereum's kind needs a name and the symbol of its coin, which has 18 decimals; your browser and this machine each go by what they were told.

What the policy allows on every network, it allows there, too. No limit names the coin of a network of yours: by the default policy each payment asks for a second factor, until a limit names it (tandem policy set). A policy that says nothing about such coins refuses them.

--test says that its coins are worth nothing: by the default policy they have no limit. Where a main network has this chain id, that is refused. Signatures that name no chain, such as those of messages, are valid everywhere: on a test network, too, the policy judges them as on any other.

Where an authenticator app is enrolled, add asks for its code. Networks that the settings name (chains) stay. remove ends what waits on a network; what was signed stays signed.`,
  options: {
    name: { type: 'string' },
    symbol: { type: 'string' },
    decimals: { type: 'string' },
    test: { type: 'boolean' },
  },
  optionHelp: [
    ['--name NAME', 'of a network that Tandem does not know'],
    ['--symbol SYMBOL', 'of its coin'],
    ['--decimals 18', 'of its coin: all of them have 18'],
    ['--test', 'its coins are worth nothing'],
  ],
  operands: [0, 2],
  run,
}

async function run(desk: Desk): Promise<void> {
  const [action = 'list', chain] = desk.operands
  const { folder } = desk.settings().config
  if (action === 'list' && chain === undefined) return list(desk, folder)
  if (action === 'add' && chain !== undefined) return add(desk, folder, chain)
  if (action === 'remove' && chain !== undefined) return remove(desk, folder, chain)
  throw new CliError(
    'usage',
    'Expected list, add CHAIN or remove CHAIN.',
    'Run: tandem help network',
  )
}

const coinWords = {
  limited: 'its coin has a limit',
  asks: 'each payment asks for a second factor',
  denied: 'each payment is refused',
  unlimited: 'its coin has no limit',
} as const

async function list({ paper, json }: Desk, folder: string): Promise<void> {
  const answer = await ask(folder, { command: 'networks' }, messages.Networks)
  if (json) return paper.line(JSON.stringify(answer))
  for (const { chain, name, symbol, test, own, coins, addedAt } of answer.networks) {
    const kind = `${own ? 'yours' : 'known'}${test ? ', test' : ''}`
    const since = addedAt === undefined ? 'in the settings' : `added ${day(addedAt)}`
    paper.line(
      `${chain}  ${name} (${symbol})  ${paper.dim(`${kind}; ${since}; ${coinWords[coins]}`)}`,
    )
  }
}

async function add(desk: Desk, folder: string, chain: string): Promise<void> {
  const { paper, terminal, json } = desk
  const own = factsOf(desk)
  const { factors } = await ask(folder, { command: 'factors' }, messages.FactorList)
  const asksCode = factors.includes('code')
  const code = asksCode ? await readCode(terminal, 'Code of your app: ') : undefined
  const command = { command: 'network-add', chain, ...(own && { own }) } as const
  const { networks } = await ask(
    folder,
    { ...command, ...(code !== undefined && { code }) },
    messages.Networks,
  )
  const added = networks.find((one) => one.chain === chain)
  if (json) return paper.line(JSON.stringify(added))
  if (!added) throw new CliError('internal', `${chain} is not there.`)
  paper.line(`Added: ${added.name}, chain ${chain}, coin ${added.symbol}.`)
  paper.line(`By the policy, ${coinWords[added.coins]}.`)
}

/** What a person says of a network that is in no list. */
function factsOf(desk: Desk): { name: string; symbol: string; test: boolean } | undefined {
  const [name, symbol, decimals] = ['name', 'symbol', 'decimals'].map(desk.option)
  const test = desk.flag('test')
  // SECURITY: with other decimals, an amount would be shown as a fraction of what leaves. Test: ../tests/daemon/network.test.ts "a coin of other than 18 decimals is refused"
  if (decimals !== undefined && decimals !== '18')
    throw new CliError(
      'usage',
      `Expected --decimals 18, not ${decimals}.`,
      'Run: tandem help network',
    )
  if (name === undefined && symbol === undefined && !test) return undefined
  if (name === undefined || symbol === undefined)
    throw new CliError('usage', 'Expected --name and --symbol.', 'Run: tandem help network')
  return { name, symbol, test }
}

async function remove({ paper, json }: Desk, folder: string, chain: string): Promise<void> {
  const answer = await ask(folder, { command: 'network-remove', chain }, messages.Done)
  if (json) return paper.line(JSON.stringify(answer))
  paper.line(answer.done ? 'Removed. Nothing is signed there any more.' : 'It was not there.')
}
