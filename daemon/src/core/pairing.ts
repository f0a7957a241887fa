import type { Entropy } from '../ports/entropy.ts'

/** How long a pairing link can be used, and how often it may be tried. */
export const LINK_MS = 120_000
export const LINK_TRIES = 3

/** One invitation, in memory only: a restart ends it. */
export type Invitation = {
  /** 16 bytes that the link carries and the handshake proves. */
  readonly secret: Uint8Array
  readonly expiresAt: number
  readonly triesLeft: number
}

/** The one open invitation, if there is one. */
export type Pairing = {
  /** Ends the one before. */
  invite(): Invitation
  /** Counts a try. Nothing: there is no invitation, it is too old, or its tries are used up. */
  attempt(): Uint8Array | undefined
  /** A device came in: nobody else does. */
  succeed(): void
  triesLeft(): number
}

export function pairing(entropy: Entropy, now: () => Date): Pairing {
  let open: Invitation | undefined

  return {
    invite() {
      open?.secret.fill(0)
      open = {
        secret: entropy.bytes(16),
        expiresAt: now().getTime() + LINK_MS,
        triesLeft: LINK_TRIES,
      }
      return open
    },
    attempt() {
      // SECURITY: a link that can be tried for ever can be guessed, and one that was found later used. Test: src/core/pairing.test.ts "an invitation ends after two minutes, three tries or one device"
      if (!open || now().getTime() >= open.expiresAt || open.triesLeft === 0) return undefined
      // Counted before it is known how it ends: a try that is broken off is one.
      open = { ...open, triesLeft: open.triesLeft - 1 }
      return open.secret
    },
    succeed() {
      open?.secret.fill(0)
      open = undefined
    },
    triesLeft: () => open?.triesLeft ?? 0,
  }
}
