import type { ControlMessage, Header } from '@tandem/protocol'
import type { Clock } from '../ports/clock.ts'

/** No step of a ceremony takes longer, a greeting included: what it computes takes a second or two. */
export const STEP_MS = 30_000

/** How a conversation waits for its device. */
export type Patience = {
  /** A timer whose work is done between two messages, and not after the end. */
  readonly after: Clock['after']
  /** Notes in the log that something did not come, and tells the device. */
  readonly gaveUp: (awaited: string, say: ControlMessage) => Promise<void>
}

/** Waits for one message at a time. */
export type StepDeadline = {
  /** What was awaited before is not any more. */
  await(type: Header['type']): void
  stop(): void
}

/** @param end ends what waited. @returns what to tell the device. */
export function stepDeadline(
  { after, gaveUp }: Patience,
  end: () => ControlMessage | Promise<ControlMessage>,
): StepDeadline {
  let stop = () => {}
  return {
    await(type) {
      stop()
      stop = after(STEP_MS, async () => gaveUp(type, await end()))
    },
    stop: () => stop(),
  }
}
