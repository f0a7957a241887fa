import type { Moment, Records, Span } from './records.ts'

/**
 * Where the time of one signature went, from each of its messages leaving the device until the last
 * answer to it left the daemon, in milliseconds.
 */
export type Share = {
  /** The cryptography of this signature. */
  readonly own: number
  /** Others' cryptography, while it waited for the one core that there is. */
  readonly behind: number
  /**
   * All else: sockets, encryption of the channel, reading, policy, rows, and waiting while others get the
   * same.
   */
  readonly overhead: number
}

/** Milliseconds by which clock: the machine's, or the work of the daemon's thread. */
type Clock = keyof Moment

/** A signature's messages that are answered: request, F1, F3. */
const MESSAGES = 3

/** The signatures of one connection, one after the other. @param sent when each message left the device. */
export function sharesOf(
  records: Records,
  connection: number,
  sent: readonly number[],
  clock: Clock,
): readonly Share[] {
  const { takes, steps } = records
  const mine = takes.filter((take) => take.connection === connection && take.left.length > 0)
  const parts = sent.map((at) => {
    const take = mine.find(({ from }) => from.at >= at)
    const leaves = take?.left.at(-1)
    if (!leaves) throw new Error('a message without an answer')
    const from = clock === 'at' ? at : workedAt(records, at)
    const to = leaves[clock]
    const within = (spans: readonly Span[]) =>
      spans.reduce((sum, span) => sum + overlap(span.from[clock], span.to[clock], from, to), 0)
    const own = within(steps.filter((step) => step.connection === connection))
    const behind = within(steps.filter((step) => step.connection !== connection))
    return { own, behind, overhead: to - from - own - behind }
  })
  return Array.from({ length: Math.floor(sent.length / MESSAGES) }, (_, index) => {
    const three = parts.slice(index * MESSAGES, (index + 1) * MESSAGES)
    const sum = (part: keyof Share) => three.reduce((total, one) => total + one[part], 0)
    return { own: sum('own'), behind: sum('behind'), overhead: sum('overhead') }
  })
}

/** What the thread had worked at a moment of the machine's clock: between two notes, in a straight line. */
function workedAt({ takes }: Records, at: number): number {
  let before: Moment | undefined
  for (const { from, to } of takes)
    for (const next of [from, to]) {
      if (next.at >= at) {
        if (!before) return next.worked
        const part = (at - before.at) / (next.at - before.at)
        return before.worked + part * (next.worked - before.worked)
      }
      before = next
    }
  return before?.worked ?? 0
}

const overlap = (from: number, to: number, since: number, until: number): number =>
  Math.max(0, Math.min(to, until) - Math.max(from, since))
