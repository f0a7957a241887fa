import * as messages from '../../core/operator/messages.ts'
import type { Command, Desk } from '../command.ts'
import { pageHelp, pageOptions, pages } from '../pages.ts'
import { rows } from '../paper.ts'
import { day, short } from '../words.ts'

export const wallets: Command = {
  name: 'wallets',
  group: 'Every day',
  summary: 'the wallets that this co-signer has a share of',
  usage: ['tandem wallets [--limit NUMBER] [--after PLACE]'],
  help: `Shows the first address on each chain that is set up. A wallet shows its addresses once every key has signed a test.

signs nothing until its shares are new: what is kept here is an older copy, from a backup or a disk. Make sure that no other copy runs, run tandem rotate, and begin it on the device.

its device has newer shares: they were made after this copy was. If another co-signer of yours has them, use that one. Else restore a newer backup, or recover the wallet with its recovery phrase.`,
  options: pageOptions,
  optionHelp: pageHelp,
  operands: [0, 0],
  run,
}

const states: Readonly<Record<messages.WalletView['state'], string>> = {
  making: 'being made',
  untested: 'not tested yet',
  ready: 'ready',
  'set-back': 'signs nothing until its shares are new: tandem rotate',
  lost: 'its device has newer shares: tandem help wallets',
  revoked: 'its device is revoked',
}

async function run(desk: Desk): Promise<void> {
  const { paper, json } = desk
  let some = false
  for await (const page of pages(
    desk,
    'wallets',
    messages.Wallets,
    ({ wallets: all }) => all.length,
  )) {
    if (json) paper.line(JSON.stringify(page))
    else for (const wallet of page.wallets) write(paper, wallet)
    some ||= page.wallets.length > 0
  }
  if (!json && !some) paper.line('There is no wallet yet. Make one on a device that is paired.')
}

function write(paper: Desk['paper'], wallet: messages.WalletView): void {
  const { id, device, state, generation, createdAt, addresses } = wallet
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
