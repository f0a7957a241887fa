import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { qr } from '../qr.ts'
import type { Terminal } from '../terminal.ts'
import { short } from '../words.ts'

export const secondFactor: Command = {
  name: 'second-factor',
  group: 'Set up',
  summary: 'codes of an authenticator app, for requests that ask for more than a click',
  usage: [
    'tandem second-factor',
    'tandem second-factor enrol',
    'tandem second-factor remove [ID]',
    'tandem second-factor accept ID',
  ],
  help: `enrol shows a secret once, as a picture and as text, and asks for the first code of the app that scanned it. Until then nothing changes; from then on an app that was enrolled before does not count any more.

accept takes a passkey that a device has offered; look at what is on its screen first. remove with an ID takes a passkey away, without one the authenticator app.

A code is six digits, counts once, and holds for the one request it is shown for. After five wrong ones each further one waits, half a minute first, then twice as long each time, up to an hour.

A browser that somebody took over can show you another request than the one your code is used for. What must not rest on a browser asks for yes on this machine instead: tandem approve.`,
  operands: [0, 2],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { folder } = desk.settings().config
  const [what, id] = desk.operands
  if (what === undefined) return list(desk, folder)
  if (what === 'enrol') return enrol(desk, folder)
  if (what === 'remove') return remove(desk, folder, id)
  if (what === 'accept' && id !== undefined) return accept(desk, folder, id)
  throw new CliError('usage', `Expected enrol, accept ID or remove, not ${what}.`)
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
  for (const { id, name, accepted } of answer.passkeys)
    paper.line(`passkey ${short(id)} ${name}${accepted ? '' : ': offered, not accepted'}`)
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

async function accept({ paper, json }: Desk, folder: string, passkey: string): Promise<void> {
  const answer = await ask(folder, { command: 'factor-accept', passkey }, messages.Done)
  if (json) return paper.line(JSON.stringify(answer))
  paper.line(answer.done ? 'Accepted. This passkey counts from now on.' : 'It was accepted before.')
}

async function remove(
  { paper, json }: Desk,
  folder: string,
  passkey: string | undefined,
): Promise<void> {
  const command = { command: 'factor-remove', ...(passkey !== undefined && { passkey }) } as const
  const answer = await ask(folder, command, messages.Done)
  if (json) return paper.line(JSON.stringify(answer))
  paper.line(answer.done ? 'Removed. It counts no more.' : 'There was no authenticator app.')
}
