import * as messages from '../../core/operator/messages.ts'
import { askYes } from '../ask-person.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { pageHelp, pageOptions, pages } from '../pages.ts'
import { day, short } from '../words.ts'

export const devices: Command = {
  name: 'devices',
  group: 'Every day',
  summary: 'the browsers that are paired; end what one may do',
  usage: ['tandem devices [--limit NUMBER] [--after PLACE]', 'tandem devices revoke ID [--yes]'],
  help: `A revoked device is cut off at once and for good: to use it again, pair it anew. Its wallets stay, and need their recovery phrase or a new device.

ID is the beginning of the device's id, at least four characters.`,
  options: { yes: { type: 'boolean' }, ...pageOptions },
  optionHelp: [['--yes', 'do not ask'], ...pageHelp],
  operands: [0, 2],
  run,
}

async function run(desk: Desk): Promise<void> {
  const [action, id] = desk.operands
  if (action === undefined) return list(desk)
  if (action !== 'revoke' || id === undefined)
    throw new CliError('usage', 'Expected: tandem devices revoke ID.', 'Run: tandem help devices')
  const { folder } = desk.settings().config
  if (!desk.flag('yes')) {
    if (!desk.terminal)
      throw new CliError(
        'usage',
        'Nobody is there to ask.',
        'Add --yes to revoke without a question.',
      )
    if (!(await askYes(desk.terminal, `Revoke ${id} for good?`)))
      throw new CliError('no', 'Nothing was revoked.')
  }
  const { done } = await ask(folder, { command: 'revoke', device: id }, messages.Done)
  if (desk.json) desk.paper.line(JSON.stringify({ revoked: done }))
  else
    desk.paper.line(done ? 'Revoked. It can ask for nothing any more.' : 'It was revoked before.')
}

async function list(desk: Desk): Promise<void> {
  const { json, paper } = desk
  let some = false
  for await (const page of pages(
    desk,
    'devices',
    messages.Devices,
    ({ devices: all }) => all.length,
  )) {
    if (json) paper.line(JSON.stringify(page))
    else for (const device of page.devices) write(paper, device)
    some ||= page.devices.length > 0
  }
  if (!json && !some) paper.line('No device is paired. Run: tandem pair')
}

function write(paper: Desk['paper'], device: messages.DeviceView): void {
  const { id, name, pairedAt, revokedAt } = device
  const since = revokedAt === undefined ? `paired ${day(pairedAt)}` : `revoked ${day(revokedAt)}`
  paper.line(`${short(id)}  ${name}  ${paper.dim(since)}`)
}
