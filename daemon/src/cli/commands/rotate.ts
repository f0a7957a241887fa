import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import type { Command, Desk } from '../command.ts'

export const rotate: Command = {
  name: 'rotate',
  group: 'Every day',
  summary: 'allow a device to make new shares of a wallet, once',
  usage: ['tandem rotate WALLET [--setup] [--anyway]'],
  help: `New shares make every old one useless: a stolen backup, a lost disk. The addresses stay. After a backup was restored nothing is signed before it. Your device then begins it.

--setup allows something smaller: the preparation that ECDSA signatures need, which is given up for good after a failed check. Then only Taproot and Ed25519 go on until it is made anew.

Where that leads nowhere, because the device has newer shares than this co-signer or was revoked, it says what to do instead, and allows nothing.

WALLET is the beginning of the wallet's id, at least four characters.`,
  options: { setup: { type: 'boolean' }, anyway: { type: 'boolean' } },
  optionHelp: [
    ['--setup', 'the preparation for ECDSA only'],
    ['--anyway', 'also where that leads nowhere, as far as is known here'],
  ],
  operands: [1, 1],
  run,
}

async function run(desk: Desk): Promise<void> {
  const [wallet = ''] = desk.operands
  const what = desk.flag('setup') ? 'setup' : 'shares'
  const anyway = desk.flag('anyway')
  const { folder } = desk.settings().config
  const command = { command: 'rotate', wallet, what, ...(anyway && { anyway }) } as const
  const answer = await ask(folder, command, messages.Done)
  if (desk.json) desk.paper.line(JSON.stringify(answer))
  else desk.paper.line('Allowed, once. Now begin it on your device.')
}
