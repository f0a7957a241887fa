import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { qr } from '../qr.ts'
import { until } from '../until.ts'
import { wordScreen } from '../word-screen.ts'
import { short } from '../words.ts'

export const pair: Command = {
  name: 'pair',
  group: 'Set up',
  summary: 'connect a browser with this co-signer',
  usage: ['tandem pair [--no-wallet]'],
  help: `Prints a link, as text and as a picture. It works once, for two minutes, and ends after three wrong tries. Whoever has it can pair, so show it to nobody else.

On a terminal the command then waits for the wallet that you make on the device, shows this machine's half of the recovery phrase once, and asks three of its words back. The words are never written to a file or a log; write them on paper.`,
  options: { 'no-wallet': { type: 'boolean' } },
  optionHelp: [['--no-wallet', 'end once the device is paired']],
  operands: [0, 0],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { paper, terminal, json } = desk
  const { folder } = desk.settings().config
  const waits = terminal !== undefined && !json && !desk.flag('no-wallet')
  const timer = until(desk.stop)
  const screen = waits ? wordScreen(terminal) : undefined
  let paired: string | undefined
  const answer = await ask(folder, { command: 'pair', words: waits }, messages.Paired, {
    stop: timer.signal,
    listener(event, reply) {
      if (json) return paper.line(JSON.stringify(event))
      if (event.event === 'link') {
        timer.at(new Date(event.until))
        if (terminal) paper.write(`\n${qr(event.link)}\n`)
        paper.line(event.link)
        if (terminal)
          paper.line(
            paper.dim('Paste it into Tandem on your device. It works once, for two minutes.'),
          )
      }
      if (event.event === 'wrong-try')
        paper.line(
          `${paper.loud('Somebody came with a wrong link.')} ${event.left} tries are left.`,
        )
      if (event.event === 'paired') {
        timer.clear()
        paired = event.device.name
        if (terminal) paper.line(`Paired with ${paper.bold(event.device.name)}.`)
        if (waits) paper.line('Now make the wallet there. Ctrl-C if it has one already.')
      }
      screen?.hear(event, reply)
    },
  }).finally(() => timer.clear())
  await screen?.done()
  if (paired === undefined)
    throw desk.stop.aborted
      ? new CliError('interrupted', 'Stopped. The link ends by itself.')
      : new CliError(
          'no',
          'This pairing link has expired. Nothing was shared.',
          'Run tandem pair for a new one.',
        )
  if (json) return answer && paper.line(JSON.stringify(answer))
  if (!terminal) return paper.line(`paired ${paired}`)
  if (answer?.wallet !== undefined)
    paper.line(`Wallet ${paper.bold(short(answer.wallet))} is made.`)
}
