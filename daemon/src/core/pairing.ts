import { equalBytes, pairingName } from '@tandem/protocol'
import type { Entropy } from '../ports/entropy.ts'
import { bucket } from './limits/bucket.ts'

/** How long a pairing link can be used, and how often it may be tried. */
export const LINK_MS = 120_000
export const LINK_TRIES = 3

/** Tries of all links together that end in nothing. */
const TRIES = { burst: 20, perSecond: 20 / 60 }

/** One invitation, in memory only: a restart ends it. */
export type Invitation = {
  /** 16 bytes that the link carries and the handshake proves. */
  readonly secret: Uint8Array
  readonly expiresAt: number
  readonly triesLeft: number
}

/** One try of the open invitation. */
export type Try = {
  readonly secret: Uint8Array
  /** The secret was proven: the invitation is over. @returns whether it still was open. */
  succeed(): boolean
}

/** The one open invitation, if there is one. */
export type Pairing = {
  /** Ends the one before. */
  invite(): Invitation
  /**
   * Counts a try of whoever names the open invitation. Nothing: there is none of this name, it is too
   * old, its tries are used up, or there were too many of late.
   */
  attempt(name: Uint8Array): Try | undefined
  triesLeft(): number
}

export function pairing(entropy: Entropy, now: () => Date): Pairing {
  const tries = bucket(TRIES, now)
  let open: (Invitation & { readonly name: Uint8Array }) | undefined

  const isOpen = () => open !== undefined && now().getTime() < open.expiresAt

  return {
    invite() {
      open?.secret.fill(0)
      const secret = entropy.bytes(16)
      const name = pairingName(secret)
      open = { secret, name, expiresAt: now().getTime() + LINK_MS, triesLeft: LINK_TRIES }
      return open
    },
    attempt(name) {
      // SECURITY: who does not have the link must not use up its tries, nor those of the next one. Test: src/core/pairing.test.ts "who cannot name an invitation does not use up its tries"
      if (!open || !equalBytes(name, open.name)) return undefined
      // SECURITY: a link that can be tried for ever can be guessed, and one that was found later used. Test: src/core/pairing.test.ts "an invitation ends after two minutes, three tries or one device"
      if (!isOpen() || open.triesLeft === 0) return undefined
      // SECURITY: a new link at each wrong try must not make guessing quicker. Test: src/core/pairing.test.ts "twenty tries a minute are all there are, whatever the number of links"
      if (!tries.take()) return undefined
      // Counted before it is known how it ends: a try that is broken off is one.
      open = { ...open, triesLeft: open.triesLeft - 1 }
      const { secret } = open
      return {
        secret: secret.slice(),
        succeed() {
          // SECURITY: of all who prove the secret at once, one comes in. Test: src/core/pairing.test.ts "an invitation ends after two minutes, three tries or one device"
          if (!open || open.secret !== secret || !isOpen()) return false
          tries.giveBack()
          secret.fill(0)
          open = undefined
          return true
        },
      }
    },
    triesLeft: () => open?.triesLeft ?? 0,
  }
}
