/** Passkeys as a second factor: offered to the co-signer, whose person decides whether they count. */
import { enrolChallenge, equalBytes } from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { PasskeyOffer, PasskeyView } from '../../messages/cosigner.ts'
import type { Clock } from '../ports/clock.ts'
import type { Pair } from './kept.ts'
import type { Notes } from './notes.ts'
import { travelling } from './passkeys.ts'
import type { Talk } from './talk.ts'

export type Offering = {
  /** What a passkey is to be made for. */
  passkeyChallenge(): { readonly id: string; readonly challenge: Uint8Array }
  /** How those stand that wait is told as it is heard. @throws {CosignerError} */
  askPasskeys(): Promise<void>
  /** @throws {CosignerError} */
  offerPasskey(offer: PasskeyOffer): Promise<PasskeyView['state']>
}

export function offering({
  clock,
  entropy,
  notes,
  pair,
  reached,
  told,
}: {
  readonly clock: Clock
  readonly entropy: (length: number) => Uint8Array
  readonly notes: Notes
  /** @throws {CosignerError} `no-wallet` */
  readonly pair: () => Pair
  readonly reached: () => Promise<Talk>
  /** What is kept of a passkey has changed. */
  readonly told: () => void
}): Offering {
  return {
    passkeyChallenge() {
      const id = entropy(16)
      const challenge = enrolChallenge(id, ed25519.getPublicKey(pair().identity))
      return { id: bytesToHex(id), challenge }
    },

    async askPasskeys() {
      askOffers(await reached(), notes)
    },

    async offerPasskey({ id, name, ...made }) {
      const talk = await reached()
      const offer = { requestId: hexToBytes(id), name, ...made }
      talk.say({ type: 'enrol', ...offer, name: travelling(name) }, offer.requestId)
      let answer = await talk.hear('enrolment')
      // How another one stands may have been asked just before.
      while (!equalBytes(answer.requestId, offer.requestId)) {
        await notes.heard(answer, clock.now())
        answer = await talk.hear('enrolment')
      }
      await notes.offered(offer, answer.state)
      told()
      return answer.state
    },
  }
}

/** Says again what was offered and not decided, to hear how it stands. */
export function askOffers(talk: Talk, notes: Notes): void {
  for (const offer of notes.openOffers()) talk.say({ type: 'enrol', ...offer }, offer.requestId)
}
