import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { qr } from '../qr.ts'
import { readCode } from '../read-code.ts'
import { day, short } from '../words.ts'

export const secondFactor: Command = {
  name: 'second-factor',
  group: 'Set up',
  summary: 'codes of an authenticator app, for requests that ask for more than a click',
  usage: [
    'tandem second-factor',
    'tandem second-factor enrol',
    'tandem second-factor remove [ID] [--lost]',
    'tandem second-factor keep',
    'tandem second-factor accept ID',
  ],
  help: `enrol shows a secret once, as a picture and as text, and asks for the first code of the app that scanned it. Until then nothing changes; from then on an app that was enrolled before does not count any more.

Another app takes the place of the one before with a code of that one. remove takes the app away, also with a code. Without one, --lost removes it after the time that the policy makes another policy wait (change_after); keep ends that wait, when the app was found.

accept takes a passkey that a device has offered; look at what is on its screen first. remove with an ID takes a passkey away.

A code is six digits, counts once, and holds for the one request it is shown for. After five wrong ones each further one waits, half a minute first, then twice as long each time, up to an hour.

A browser that somebody took over can show you another request than the one your code is used for. What must not rest on a browser asks for yes on this machine instead: tandem approve.`,
  options: { lost: { type: 'boolean' } },
  optionHelp: [['--lost', 'remove the app without a code of it, after a wait']],
  operands: [0, 2],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { folder } = desk.settings().config
  const [what, id] = desk.operands
  if (what === undefined) return list(desk, folder)
  if (what === 'enrol') return enrol(desk, folder)
  if (what === 'remove')
    return id === undefined ? removeApp(desk, folder) : remove(desk, folder, id)
  if (what === 'keep') return keep(desk, folder)
  if (what === 'accept' && id !== undefined) return accept(desk, folder, id)
  throw new CliError('usage', `Expected enrol, accept ID, remove or keep, not ${what}.`)
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
  if (answer.appLeaves !== undefined)
    paper.line(`The app is removed ${day(answer.appLeaves)}, unless: tandem second-factor keep`)
  for (const { id, name, accepted } of answer.passkeys)
    paper.line(`passkey ${short(id)} ${name}${accepted ? '' : ': offered, not accepted'}`)
}

async function enrol({ paper, terminal }: Desk, folder: string): Promise<void> {
  // SECURITY: a secret that goes into a pipe ends in a file. Test: ../tests/daemon/second-factor.test.ts "the secret of an app is shown on a terminal only"
  if (!terminal)
    throw new CliError('usage', 'The secret is shown on a terminal only, and there is none.')
  const { factors } = await ask(folder, { command: 'factors' }, messages.FactorList)
  const before = factors.includes('code')
    ? { code: await readCode(terminal, 'A code of the app that is enrolled: ') }
    : {}
  const { link } = await ask(folder, { command: 'factor-propose', ...before }, messages.AppLink)
  paper.write(`\n${qr(link)}\n`)
  paper.line(`Scan it with your app, or type: ${new URL(link).searchParams.get('secret') ?? ''}`)
  const code = await readCode(terminal, 'Its code: ')
  await ask(folder, { command: 'factor-confirm', code }, messages.Done)
  paper.line('Enrolled. Codes of this app count from now on.')
}

async function accept({ paper, json }: Desk, folder: string, passkey: string): Promise<void> {
  const answer = await ask(folder, { command: 'factor-accept', passkey }, messages.Done)
  if (json) return paper.line(JSON.stringify(answer))
  paper.line(answer.done ? 'Accepted. This passkey counts from now on.' : 'It was accepted before.')
}

async function removeApp({ paper, terminal, json, flag }: Desk, folder: string): Promise<void> {
  const { factors } = await ask(folder, { command: 'factors' }, messages.FactorList)
  const how = flag('lost')
    ? { lost: true }
    : factors.includes('code')
      ? { code: await readCode(terminal, 'Its code: ') }
      : {}
  const answer = await ask(folder, { command: 'app-remove', ...how }, messages.Removal)
  if (json) return paper.line(JSON.stringify(answer))
  if (!answer.done) return paper.line('There was no authenticator app.')
  if (answer.at === undefined) return paper.line('Removed. It counts no more.')
  paper.line(`It is removed ${day(answer.at)}, if the co-signer runs until then.`)
}

async function keep({ paper, json }: Desk, folder: string): Promise<void> {
  const answer = await ask(folder, { command: 'app-keep' }, messages.Done)
  if (json) return paper.line(JSON.stringify(answer))
  paper.line(answer.done ? 'Kept. It counts as before.' : 'No removal waited.')
}

async function remove({ paper, json }: Desk, folder: string, passkey: string): Promise<void> {
  const answer = await ask(folder, { command: 'factor-remove', passkey }, messages.Done)
  if (json) return paper.line(JSON.stringify(answer))
  paper.line('Removed. It counts no more.')
}
