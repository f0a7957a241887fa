#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { effectiveSealing } from '../sealing.ts'
import { version } from '../version.ts'
import { CliError } from './cli-error.ts'
import { toCliError } from './to-cli-error.ts'
import type { Command, Desk } from './command.ts'
import { commands } from './commands.ts'
import { exitCodes } from './exit-code.ts'
import { exitCodeHelp, helpJson, helpOf, overview } from './help.ts'
import { nearest } from './nearest.ts'
import { paper as paperOn } from './paper.ts'
import { terminal } from './terminal.ts'

const common = {
  config: { type: 'string' },
  folder: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const paper = paperOn(process.stdout, process.env)
const complaints = paperOn(process.stderr, process.env)
const args = process.argv.slice(2)
try {
  await main(args)
} catch (error) {
  const { message, advice, ending, cause } = toCliError(error)
  if (args.includes('--json'))
    complaints.line(
      JSON.stringify({ error: ending, message, ...(advice !== undefined && { advice }) }),
    )
  else {
    complaints.line(message)
    if (advice !== undefined) complaints.line(advice)
    // A terminal gets a sentence; the log of a service gets everything.
    if (ending === 'internal' && !complaints.isTerminal && cause instanceof Error)
      complaints.line(cause.stack)
  }
  process.exitCode = exitCodes[ending][0]
}

async function main([name = 'help', ...rest]: readonly string[]): Promise<void> {
  if (name === '--version' || name === 'version')
    return paper.line(rest.includes('--json') ? JSON.stringify({ version }) : `tandem ${version}`)
  if (name === 'help' || name === '--help' || name === '-h') {
    const { values, positionals } = parse({ name: 'help' }, rest)
    const [topic] = positionals
    const about = topic === undefined || topic === 'exit-codes' ? topic : find(topic)
    return help(about, values['json'] === true)
  }
  const command = find(name)
  const { values, positionals } = parse(command, rest)
  if (values['help'] === true) return help(command, values['json'] === true)
  const [least, most] = command.operands
  if (positionals.length < least || positionals.length > most)
    throw new CliError(
      'usage',
      `Expected: ${command.usage.join(', or ')}.`,
      `Run: tandem help ${name}`,
    )
  await command.run(deskOf(values, positionals))
}

function help(topic: Command | 'exit-codes' | undefined, isJson: boolean): void {
  if (isJson) return paper.line(JSON.stringify(helpJson(commands, topic)))
  if (topic === undefined) return paper.write(overview(paper, commands))
  if (topic === 'exit-codes') return paper.write(exitCodeHelp(paper))
  paper.write(helpOf(paper, topic))
}

function find(name: string): Command {
  const command = commands.find((one) => one.name === name)
  if (command) return command
  const near = nearest(
    name,
    commands.map((one) => one.name),
  )
  throw new CliError(
    'usage',
    `Tandem has no command "${name}".`,
    near === undefined ? 'Run: tandem help' : `Did you mean tandem ${near}?`,
  )
}

type Values = Readonly<Record<string, unknown>>

function parse(
  command: Pick<Command, 'name' | 'options'>,
  rest: readonly string[],
): { values: Values; positionals: string[] } {
  try {
    const options = { ...common, ...command.options }
    return parseArgs({ args: [...rest], options, allowPositionals: true })
  } catch (cause) {
    const [what = ''] = (cause instanceof Error ? cause.message : String(cause)).split('. ')
    throw new CliError(
      'usage',
      `${what}.`,
      command.name === 'help' ? 'Run: tandem help' : `Run: tandem help ${command.name}`,
      cause,
    )
  }
}

function deskOf(values: Values, operands: readonly string[]): Desk {
  const option = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const chain = values['chain']
  const flags = {
    config: option('config'),
    folder: option('folder'),
    port: option('port'),
    host: option('host'),
    chain: Array.isArray(chain) ? chain.map(String) : undefined,
  }
  const json = values['json'] === true
  return {
    paper,
    terminal: json ? undefined : terminal(paper, process.stdin),
    json,
    settings() {
      const loaded = loadConfig(flags, process.env)
      return { ...loaded, sealing: effectiveSealing(loaded.config.folder, loaded.config.sealing) }
    },
    // Most commands only ask the daemon that runs, and are quick without it.
    outside: async () => (await import('../main.ts')).outside(),
    option,
    flag: (name) => values[name] === true,
    operands,
    stop: stop.signal,
    credentials: process.env['CREDENTIALS_DIRECTORY'],
  }
}
