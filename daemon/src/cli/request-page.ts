import type { Pending } from '../core/operator/messages.ts'
import { type Paper, rows, wrap } from './paper.ts'
import { day, short } from './words.ts'

const levels: Readonly<Record<Pending['level'], string>> = {
  routine: '',
  check: 'look twice',
  high: 'HIGH RISK',
  unreadable: 'CANNOT BE READ',
}

/** A request as the co-signer read it: what it does first, then who asks and until when. */
export function requestPage(paper: Paper, request: Pending): string {
  const { id, network, does, facts, warnings, level, account, wallet, origin, until, reason } =
    request
  const band = levels[level]
  const head = `${paper.bold(short(id))}  ${network}${band === '' ? '' : `  ${paper.loud(band)}`}`
  const body = does.flatMap((line) => wrap(line, paper.width - 2)).map((line) => `  ${line}`)
  const notes = [...new Set(warnings.map(({ text }) => text))]
  return `${[head, ...body].join('\n')}
${rows(
  paper,
  [
    ...notes.map((text) => ['!', text] as const),
    ...facts.map(({ name, value }) => [name, value] as const),
    ['account', account.split(':').at(-1) ?? account],
    ['wallet', short(wallet)],
    ['asked by', origin ?? 'your device'],
    ['until', day(until)],
    ['why you', reason],
  ],
  paper.dim,
)}
`
}
