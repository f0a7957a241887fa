import * as messages from '../../core/operator/messages.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { whileNothingRuns } from '../while-nothing-runs.ts'
import { day } from '../words.ts'

const PAGE = 500
const NEWEST = 20

export const audit: Command = {
  name: 'audit',
  group: 'Look inside',
  summary: 'the log of everything that was asked, decided and signed',
  usage: [
    'tandem audit [--last NUMBER]',
    'tandem audit verify',
    'tandem audit rebuild',
    'tandem audit export',
  ],
  help: `The log holds who asked for what and what was decided; never a secret, a word of a phrase or a whole message. Each entry carries the hash of the one before.

verify reads all of it, and every row of the database, and says whether anything was changed, left out or put in. It also works while no co-signer runs.
rebuild adds the log up anew, says what differs from the lists and counts that it kept, and puts it in their place. If verify says that these were changed, stop the co-signer and rebuild.
export writes one JSON object a line, oldest first.`,
  options: { last: { type: 'string' } },
  optionHelp: [['--last NUMBER', `how many entries to list; ${NEWEST}`]],
  operands: [0, 1],
  run,
}

async function run(desk: Desk): Promise<void> {
  switch (desk.operands[0] ?? 'list') {
    case 'list':
      return list(desk)
    case 'verify':
      return verify(desk)
    case 'rebuild':
      return rebuild(desk)
    case 'export':
      return write(desk, 1, (entry) => JSON.stringify(entry))
    default:
      throw new CliError(
        'usage',
        'Expected list, verify, rebuild or export.',
        'Run: tandem help audit',
      )
  }
}

async function list(desk: Desk): Promise<void> {
  const { paper, json } = desk
  const last = Number(desk.option('last') ?? NEWEST)
  if (!Number.isInteger(last) || last < 1)
    throw new CliError('usage', '--last takes a number from 1 on.')
  const { folder } = desk.settings().config
  const { length } = await ask(folder, { command: 'log', from: 1, limit: 1 }, messages.Entries)
  return write(desk, Math.max(1, length - last + 1), (entry) =>
    json
      ? JSON.stringify(entry)
      : `${String(entry.place).padStart(6)}  ${paper.dim(day(entry.at))}  ${entry.text}`,
  )
}

async function write(
  desk: Desk,
  start: number,
  format: (entry: messages.Entry) => string,
): Promise<void> {
  const { folder } = desk.settings().config
  for (let from = start; !desk.stop.aborted;) {
    const page = await ask(folder, { command: 'log', from, limit: PAGE }, messages.Entries)
    for (const entry of page.entries) desk.paper.line(format(entry))
    if (page.entries.length === 0) return
    from += page.entries.length
  }
}

async function verify(desk: Desk): Promise<void> {
  const { paper, json } = desk
  const found = await verified(desk)
  if (json) return paper.line(JSON.stringify(found))
  const { entries, rows, checkpoints, root } = found
  paper.line(`All match: ${entries} entries, ${rows} rows, ${checkpoints} stored checkpoints.`)
  paper.line(`${paper.dim('root')}  ${root}`)
}

async function verified(desk: Desk): Promise<messages.Verified> {
  const { folder } = desk.settings().config
  return unlessStopped(
    () => ask(folder, { command: 'verify' }, messages.Verified),
    async () => {
      const { verified: read } = await import('../../core/operator/verified.ts')
      return whileNothingRuns(desk, read)
    },
  )
}

async function rebuild(desk: Desk): Promise<void> {
  const { folder } = desk.settings().config
  const { paper, json } = desk
  const found = await unlessStopped(
    () => ask(folder, { command: 'rebuild' }, messages.Rebuilt),
    async () => {
      const { remakeView } = await import('../../core/projections/projected.ts')
      return whileNothingRuns(desk, ({ log }) => remakeView(log.store))
    },
  )
  if (json) return paper.line(JSON.stringify(found))
  const { rows, differ, names, damaged } = found
  if (differ === 0 && !damaged) return paper.line(`Equal: ${rows} rows.`)
  paper.line(
    damaged
      ? 'Another hand had changed what was kept. It is made anew from the log.'
      : `${differ} of ${rows} rows differed. They are made anew from the log.`,
  )
  for (const name of names) paper.line(paper.dim(name))
}

/** By the co-signer that runs; otherwise here. */
async function unlessStopped<T>(running: () => Promise<T>, stopped: () => Promise<T>): Promise<T> {
  try {
    return await running()
  } catch (error) {
    if (!(error instanceof CliError && error.ending === 'no-daemon')) throw error
  }
  return stopped()
}
