import type { Event } from './messages.ts'
import type { Screen } from './screens.ts'

/** The command line at the other end of one connection. */
export type Caller = {
  say(event: Event): void
  /** Shows the words there, and waits for what the person answers. */
  readonly confirm: Screen
  /** What came after the line of its command; wiped once that is answered. */
  readonly secret: Uint8Array
  /** Resolves when the caller hung up. */
  readonly gone: Promise<void>
}
