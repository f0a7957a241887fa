import type { Detail, Factor } from './policy.ts'

/** What one rule says about a request, or about one act of it. */
export type Finding = {
  readonly says: 'allow' | 'needs-factor' | 'deny'
  /** The act that it allows, by its place. Absent: it allows nothing, it only has no objection. */
  readonly act?: number
  readonly detail: Detail
  /** With `needs-factor`: what is to be shown. Nothing: it only has to wait. */
  readonly asks?: Asks
  /** Until when it waits for that. */
  readonly waitsUntil?: Date
}

export type Asks = {
  readonly accepts?: readonly Factor[] | undefined
  /** How many different ones; 1. */
  readonly factors?: number | undefined
}
