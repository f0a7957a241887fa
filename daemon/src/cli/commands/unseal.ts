import * as messages from '../../core/operator/messages.ts'
import { secretName } from '../../sealing.ts'
import { askSecret } from '../ask-person.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'

export const unseal: Command = {
  name: 'unseal',
  group: 'Every day',
  summary: 'give the co-signer its PIN or passphrase after a start',
  usage: ['tandem unseal [--new-counter]'],
  help: `Asks on the terminal and shows nothing of what you type. After three wrong tries each further one waits, twice as long each time, up to an hour.

Where the TPM counts the starts, an older copy of the folder is found by that. With --new-counter the co-signer goes on although its counter is lost, and takes itself for such a copy: no wallet signs before its device and this machine have made new shares (tandem rotate).`,
  options: { 'new-counter': { type: 'boolean' } },
  optionHelp: [['--new-counter', 'begin a new counter: every wallet then needs new shares']],
  operands: [0, 0],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { config, sealing } = desk.settings()
  const { folder } = config
  const before = await ask(folder, { command: 'status' }, messages.Status)
  if (before.open) return say(desk, before)
  const name = sealing && secretName(sealing)
  // Without one there is nothing to type: what was missing may be there now.
  const secret = name === undefined ? new Uint8Array() : await askSecret(desk.terminal, first(name))
  const anew = desk.flag('new-counter')
  const command = { command: 'unseal', secret: secret.length, ...(anew && { anew }) } as const
  const after = await ask(folder, command, messages.Status, { secret }).finally(() =>
    secret.fill(0),
  )
  if (!after?.open)
    throw new CliError(
      'sealed',
      `It is still sealed: ${after?.sealed?.message ?? 'nobody knows why'}.`,
    )
  say(desk, after)
}

function say(desk: Desk, status: messages.Status): void {
  if (desk.json) desk.paper.line(JSON.stringify(status))
  else desk.paper.line(`Unsealed. Listening on ${status.open?.address ?? 'nothing'}.`)
}

const first = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
