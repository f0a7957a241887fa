import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import type { Command, Desk } from '../command.ts'
import { rows } from '../paper.ts'
import { day, short } from '../words.ts'

export const wallets: Command = {
  name: 'wallets',
  group: 'Every day',
  summary: 'the wallets that this co-signer has a share of',
  usage: ['tandem wallets'],
  help: `Shows the first address on each chain that is set up. A wallet shows its addresses once every key has signed a test.`,
  operands: [0, 0],
  run,
}

const states: Readonly<Record<messages.WalletView['state'], string>> = {
  making: 'being made',
  untested: 'not tested yet',
  ready: 'ready',
  'set-back': 'signs nothing until its shares are new: tandem rotate',
  revoked: 'its device is revoked',
}

async function run(desk: Desk): Promise<void> {
  const { paper, json } = desk
  const answer = await ask(desk.settings().config.folder, { command: 'wallets' }, messages.Wallets)
  if (json) return paper.line(JSON.stringify(answer))
  if (answer.wallets.length === 0)
    return paper.line('There is no wallet yet. Make one on a device that is paired.')
  for (const { id, device, state, generation, createdAt, addresses } of answer.wallets) {
    paper.line(`${paper.bold(short(id))}  ${states[state]}`)
    paper.write(
      rows(
        paper,
        [
          ['device', short(device)],
          ...(generation === undefined ? [] : [['generation', String(generation)] as const]),
          ['made', day(createdAt)],
          ...addresses.map(({ name, address }) => [name, address] as const),
        ],
        paper.dim,
      ),
    )
  }
}
