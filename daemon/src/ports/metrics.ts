/**
 * Figures about the daemon's work. Labels are words of ours, from short lists: nothing that a web
 * page or a device chose.
 */
export interface Metrics {
  /** Times one piece of work until it is done, a failed one too. */
  timed<T>(phase: Phase, work: () => Promise<T>): Promise<T>
  /** The same, of work that is done when it returns. */
  timedSync<T>(phase: Phase, work: () => T): T
  took(phase: Phase, ms: number): void
  count(what: Counted, label: string): void
  change(gauge: Gauge, by: number): void
  set(gauge: Gauge, value: number): void
}

/**
 * - `request`    from a request to its verdict
 * - `factor`     from a second factor to its verdict
 * - `F1` … `S1`  one round of a signature, by the message that it answers
 * - `step`       the cryptography in such a round
 * - `commit`     one transaction, of one signature or several, until it is on the disk
 * - `signature`  from approval to the signature, the device's part included
 * - `ceremony`   one message of a ceremony
 * - `other`      any other message
 */
export const phases = [
  'request',
  'factor',
  'F1',
  'F3',
  'S1',
  'step',
  'commit',
  'signature',
  'ceremony',
  'other',
] as const
export type Phase = (typeof phases)[number]

/** Decisions by outcome, refusals and aborts by code, marks by kind. */
export const counted = ['decision', 'refusal', 'abort', 'mark', 'factor'] as const
export type Counted = (typeof counted)[number]

/** Devices that are connected; messages that wait or are handled; 1 while the daemon is sealed. */
export const gauges = ['connections', 'queue', 'sealed'] as const
export type Gauge = (typeof gauges)[number]
