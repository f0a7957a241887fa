import * as messages from '../../core/operator/messages.ts'
import { askYes } from '../ask-person.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { pages } from '../pages.ts'
import { requestPage } from '../request-page.ts'
import { short } from '../words.ts'

export const approve: Command = {
  name: 'approve',
  group: 'Every day',
  summary: 'requests that wait for you; say yes or no to one',
  usage: ['tandem approve', 'tandem approve ID [--yes | --deny]', 'tandem approve --watch'],
  help: `Without an ID it lists what waits, as the co-signer itself read it: what a browser shows can be wrong, this cannot be changed by it.

ID is the beginning of the request's id. Yes or no holds for exactly this request, once.`,
  options: {
    yes: { type: 'boolean' },
    deny: { type: 'boolean' },
    watch: { type: 'boolean' },
  },
  optionHelp: [
    ['--yes', 'say yes without a question'],
    ['--deny', 'say no'],
    ['--watch', 'stay, and show each request as it comes'],
  ],
  operands: [0, 1],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { paper, json } = desk
  const { folder } = desk.settings().config
  if (desk.flag('yes') && desk.flag('deny'))
    throw new CliError('usage', 'Say --yes or --deny, not both.')
  if (desk.flag('watch')) return watch(desk, folder)
  const pending: messages.Pending[] = []
  for await (const page of pages(desk, 'pending', messages.PendingList, () => 0))
    pending.push(...page.pending)
  const [id] = desk.operands
  if (id !== undefined) return decide(desk, folder, id, pending)
  if (json) return paper.line(JSON.stringify({ pending }))
  if (pending.length === 0) return paper.line('No request waits for you.')
  for (const one of pending) paper.write(requestPage(paper, one))
  const [first] = pending
  if (first) paper.line(`Answer with: tandem approve ${short(first.id)}`)
}

async function decide(
  desk: Desk,
  folder: string,
  id: string,
  pending: readonly messages.Pending[],
): Promise<void> {
  const fitting = pending.filter((one) => one.id.startsWith(id))
  const [one] = fitting
  if (fitting.length !== 1 || !one)
    throw new CliError(
      'no',
      `${fitting.length === 0 ? 'No request begins' : 'Several requests begin'} with ${id}.`,
    )
  if (desk.flag('deny') || desk.flag('yes'))
    return say(desk, await answer(folder, one, desk.flag('yes')))
  if (!desk.terminal) throw new CliError('usage', 'Nobody is there to ask.', 'Add --yes or --deny.')
  desk.paper.write(requestPage(desk.paper, one))
  say(desk, await answer(folder, one, await askYes(desk.terminal, 'Sign this?')))
}

async function watch(desk: Desk, folder: string): Promise<void> {
  const { paper, json } = desk
  if (!json) paper.line('Waiting for requests. Ctrl-C to stop.')
  let last = Promise.resolve()
  await ask(folder, { command: 'watch' }, messages.Done, {
    stop: desk.stop,
    listener(event) {
      if (event.event !== 'pending') return
      const { pending } = event
      if (json) return paper.line(JSON.stringify(pending))
      last = last.then(() => askAbout(desk, folder, pending))
    },
  })
  await last
}

async function askAbout(desk: Desk, folder: string, pending: messages.Pending): Promise<void> {
  const { paper, terminal } = desk
  paper.write(requestPage(paper, pending))
  if (terminal) say(desk, await answer(folder, pending, await askYes(terminal, 'Sign this?')))
}

/** By its whole id: what is answered is what was shown. */
function answer(folder: string, { id }: messages.Pending, yes: boolean): Promise<messages.Decided> {
  return ask(folder, { command: yes ? 'approve' : 'deny', request: id }, messages.Decided)
}

function say(desk: Desk, decided: messages.Decided): void {
  const { paper } = desk
  const sentences = {
    allow: 'Approved. Your device can sign it now.',
    deny: 'Refused. Nothing was signed.',
    'needs-factor': `It needs something else as well: ${decided.reason}`,
  } as const
  if (desk.json) paper.line(JSON.stringify(decided))
  else paper.line(sentences[decided.decision])
}
