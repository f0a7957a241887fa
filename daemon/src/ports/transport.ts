import type { Clock } from './clock.ts'

/** Who calls, as far as a socket can tell: nothing of it is proven. */
export type Caller = {
  readonly address: string
  /** What the browser says that it is. Nothing: no browser. */
  readonly origin: string | undefined
  /** The invitation that it names. */
  readonly invitation: Uint8Array | undefined
}

/** Our end of a connection. */
export type Line = {
  readonly send: (frame: Uint8Array) => void
  /** The caller has proven a key: the bounds for strangers end. */
  readonly proven: () => void
  readonly close: (why: Ending) => void
}

/** What a connection becomes: frames in order, and the end. */
export type Handler = {
  /** After `false` the connection is over. */
  take(frame: Uint8Array): Promise<boolean>
  end(): Promise<void>
}

/**
 * Why we close a connection: the code that its other end sees.
 *
 * - `stopping`  the daemon stops; it may be back
 * - `refused`   not let in, revoked, or it broke a rule
 * - `later`     there is too much to do, or its key is away: it may come back
 * - `replaced`  the same device has connected once more: this end should not come back by itself
 */
export const endings = { stopping: 1001, refused: 1008, later: 1013, replaced: 4001 } as const
export type Ending = keyof typeof endings

export type Door = {
  readonly host: string
  /** 0 for any. */
  readonly port: number
  /** Exact values of `Origin`, beside those of browser extensions. */
  readonly origins: readonly string[]
  /** Exact values of `Host`, port included, beside those of the address that it listens on. */
  readonly hosts: readonly string[]
}

/**
 * - `origin`  a web page, or what pretends to be one
 * - `host`    a name that is not ours: somebody rebinds it
 * - `crowd`   strangers that had to go for others
 */
export type TurnedAway = 'origin' | 'host' | 'crowd'

/** What happens behind the door. */
export type Hall = {
  readonly welcome: (line: Line, caller: Caller) => Handler
  /** @param said by the caller: whatever it wanted. */
  readonly turnedAway: (why: TurnedAway, said: string) => void
  /** What cannot be handled: the process must end. */
  readonly fatal: (error: unknown) => void
}

export type Transport = (
  door: Door,
  hall: Hall,
  after: Clock['after'],
) => Promise<{
  readonly port: number
  /** Lets nobody in, ends what is in flight, and says so to whoever is connected; in five seconds at most. */
  close(): Promise<void>
}>
