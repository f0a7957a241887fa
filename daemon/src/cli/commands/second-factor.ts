import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { qr } from '../qr.ts'
import type { Terminal } from '../terminal.ts'

export const secondFactor: Command = {
  name: 'second-factor',
  group: 'Set up',
  summary: 'codes of an authenticator app, for requests that ask for more than a click',
  usage: ['tandem second-factor', 'tandem second-factor enrol', 'tandem second-factor remove'],
  help: `enrol shows a secret once, as a picture and as text, and asks for the first code of the app that scanned it. Until then nothing changes; from then on an app that was enrolled before does not count any more.

A code is six digits, counts once, and holds for the one request it is shown for. After five wrong ones each further one waits, half a minute first, then twice as long each time, up to an hour.

A browser that somebody took over can show you another request than the one your code is used for. What must not rest on a browser asks for yes on this machine instead: tandem approve.`,
  operands: [0, 1],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { folder } = desk.settings().config
  const [what] = desk.operands
  if (what === undefined) return list(desk, folder)
  if (what === 'enrol') return enrol(desk, folder)
  if (what === 'remove') return remove(desk, folder)
  throw new CliError('usage', `Expected enrol or remove, not ${what}.`)
}

const names = {
  code: 'codes of an authenticator app',
  passkey: 'a passkey',
  operator: 'yes on this machine: tandem approve',
} as const

async function list({ paper, json }: Desk, folder: string): Promise<void> {
  const answer = await ask(folder, { command: 'factors' }, messages.FactorList)
  if (json) return paper.line(JSON.stringify(answer))
  for (const factor of answer.factors) paper.line(names[factor])
}

async function enrol({ paper, terminal }: Desk, folder: string): Promise<void> {
  // SECURITY: a secret that goes into a pipe ends in a file. Test: ../tests/daemon/second-factor.test.ts "the secret of an app is shown on a terminal only"
  if (!terminal)
    throw new CliError('usage', 'The secret is shown on a terminal only, and there is none.')
  const { link } = await ask(folder, { command: 'factor-propose' }, messages.AppLink)
  paper.write(`\n${qr(link)}\n`)
  paper.line(`Scan it with your app, or type: ${new URL(link).searchParams.get('secret') ?? ''}`)
  const code = await readCode(terminal)
  await ask(folder, { command: 'factor-confirm', code }, messages.Done)
  paper.line('Enrolled. Codes of this app count from now on.')
}

async function readCode(terminal: Terminal): Promise<string> {
  for (;;) {
    const code = (await terminal.read('Its code: ')).replaceAll(' ', '')
    if (/^[0-9]{6}$/.test(code)) return code
  }
}

async function remove({ paper, json }: Desk, folder: string): Promise<void> {
  const answer = await ask(folder, { command: 'factor-remove' }, messages.Done)
  if (json) return paper.line(JSON.stringify(answer))
  paper.line(
    answer.done ? 'Removed. Codes of the app count no more.' : 'There was no authenticator app.',
  )
}
