import type { Phase } from '../../messages/approval.ts'

/** One message of a signature: which way it goes, and when it crossed. */
export type Crossing = {
  readonly name: 'start' | 'answer' | 'yours' | 'signature' | 'theirs'
  readonly way: 'out' | 'in'
  readonly at: number | undefined
}

/** What really happened of a signature so far. */
export type TalkSoFar = {
  /** Of the entry that moves now, in its last attempt. */
  readonly crossings: readonly Crossing[]
  /** When that entry was signed, and checked here. */
  readonly doneAt: number | undefined
  /** Which of several entries it is, from 1, and how many were begun. */
  readonly place: number
  readonly of: number
  /** This machine's last part has left: the co-signer can finish. */
  readonly isPast: boolean
}

const ecdsa = [
  ['F1', 'start', 'out'],
  ['F2', 'answer', 'in'],
  ['F3', 'yours', 'out'],
  ['F4', 'signature', 'in'],
] as const
const frost = [
  ['S1', 'start', 'out'],
  ['S2', 'theirs', 'in'],
] as const

/** @param isShort two messages and not four, as long as none has crossed. */
export function talkOf(phases: readonly Phase[], isShort: boolean): TalkSoFar {
  const index = phases.at(-1)?.index
  const own = phases.filter((one) => one.index === index)
  const begun = own.findLastIndex(({ phase }) => phase === 'PrepareSign')
  const last = own.slice(Math.max(0, begun))
  const at = (name: string) => last.find(({ phase }) => phase === name)?.at
  const first = last.find(({ phase }) => phase === 'F1' || phase === 'S1')?.phase
  const flow = first === 'S1' || (first === undefined && isShort) ? frost : ecdsa
  const order = [...new Set(phases.map((one) => one.index))]
  return {
    crossings: flow.map(([message, name, way]) => ({ name, way, at: at(message) })),
    doneAt: at('Complete'),
    place: index === undefined ? 1 : order.indexOf(index) + 1,
    of: Math.max(1, order.length),
    isPast: phases.some(({ phase }) => past.has(phase)),
  }
}

const past: ReadonlySet<string> = new Set(['F3', 'Verify', 'Complete'])

/** How long each machine took, in milliseconds: what was waited for is the other's, with the way. */
export function timesOf(
  phases: readonly Phase[],
  since: number,
): { readonly you: number; readonly cosigner: number } | undefined {
  const end = phases.findLast(({ phase }) => phase === 'Complete')?.at
  if (end === undefined) return undefined
  const waits = phases
    .flatMap(({ index, phase, at }, place): (readonly [number, number])[] => {
      const answer = answers[phase]
      const back = phases.slice(place).find((one) => one.index === index && one.phase === answer)
      return back ? [[at, back.at]] : []
    })
    .toSorted(([a], [b]) => a - b)
  let cosigner = 0
  let until = 0
  // Several entries are signed at once: a time that two of them waited counts once.
  for (const [from, to] of waits) {
    cosigner += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return { you: Math.max(0, end - since - cosigner), cosigner }
}

const answers: Readonly<Record<string, string>> = { F1: 'F2', F3: 'F4', S1: 'S2' }
