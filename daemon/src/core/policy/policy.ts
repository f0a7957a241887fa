import type { Explanation, Warning } from '@tandem/chains'

/** What a person can show beside the click on the device. */
export const factors = ['code', 'passkey', 'operator'] as const
export type Factor = (typeof factors)[number]

/** What a policy is asked: plain facts, computed here from the payload's own bytes. */
export type Asked = {
  /** The wallet's name, in hex. */
  readonly wallet: string
  readonly explanation: Explanation
  readonly warnings: readonly Warning[]
  /** A network that is in no list: what the person at this machine said of it. Absent: it is listed. */
  readonly ownNetwork?: 'test' | 'other' | undefined
  /** Who asked the device. Its word: a rule may be stricter for it, never laxer by it alone. */
  readonly origin?: string
  /** It takes over the nonce or coins of a request that was allowed before. */
  readonly replaces: boolean
  /** What was shown for exactly this request. */
  readonly shown: readonly Factor[]
  /** What can be shown: the operator always can. */
  readonly enrolled: readonly Factor[]
  readonly at: Date
  /** The earliest that it can be, whatever the clock was set to; `at`, where it is absent. */
  readonly earliest?: Date
  /** When exactly this was asked for the first time; now, where it is absent. */
  readonly firstAt?: Date
}

/** An amount of an asset (CAIP-19) that a request uses up. */
export type Spend = { readonly asset: string; readonly amount: bigint }

/** What a wallet used up of an asset since a moment, reservations included. */
export type Spent = (asset: string, since: Date) => bigint

/** For the person who asked: what decided, and what is left. */
export type Detail = {
  /** One sentence. */
  readonly text: string
  readonly asset?: string
  readonly limit?: bigint
  /** Where it is allowed, this request included; otherwise without it. */
  readonly used?: bigint
  readonly left?: bigint
  /** When all of the limit is left again at the latest, or when a request has waited enough. */
  readonly until?: Date
  /** What would turn `needs-factor` into `allow`. */
  readonly accepts?: readonly Factor[]
}

export type Verdict = {
  readonly decision: 'allow' | 'needs-factor' | 'deny'
  /** The rule that decided, by the name that its owner gave it. */
  readonly rule: string
  readonly detail: Detail
  /** What to reserve when it is allowed. */
  readonly spends: readonly Spend[]
  /** With `needs-factor`: from when on it can be allowed, whatever is shown before. */
  readonly waitsUntil?: Date
}

/** A sum over time that a rule needs to know, and what the request that is judged adds to it. */
export type Window = { readonly asset: string; readonly since: Date; readonly amount?: bigint }

/** Says yes or no, by facts alone: no clock, no disk, no network of its own. */
export type Policy = {
  evaluate(asked: Asked, spent: Spent): Verdict
  /** Every asset whose past use {@link evaluate} may ask for, how far back, and what is added to it. */
  windows(asked: Asked): readonly Window[]
}
