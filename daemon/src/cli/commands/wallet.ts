import * as z from 'zod'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { wordScreen } from '../word-screen.ts'
import { short } from '../words.ts'

export const wallet: Command = {
  name: 'wallet',
  group: 'Set up',
  summary: "see this machine's half of a recovery phrase, when a wallet is made",
  usage: ['tandem wallet confirm'],
  help: `Run it on a terminal of this machine, then make the wallet on your device. The words appear here once; three of them are asked back. tandem pair does the same for the first wallet of a device.`,
  operands: [1, 1],
  run,
}

async function run(desk: Desk): Promise<void> {
  if (desk.operands[0] !== 'confirm')
    throw new CliError('usage', 'Expected: tandem wallet confirm.', 'Run: tandem help wallet')
  const { paper, terminal } = desk
  if (!terminal)
    throw new CliError('usage', 'The words are shown on a terminal only, and there is none.')
  paper.line('Now make the wallet on your device. Ctrl-C to stop.')
  const screen = wordScreen(terminal)
  const Made = z.strictObject({ wallet: z.string().optional() })
  const answer = await ask(desk.settings().config.folder, { command: 'words' }, Made, {
    stop: desk.stop,
    listener: screen.hear,
  })
  await screen.done()
  if (answer?.wallet === undefined) throw new CliError('interrupted', 'Stopped.')
  paper.line(`Wallet ${paper.bold(short(answer.wallet))} is made.`)
}
