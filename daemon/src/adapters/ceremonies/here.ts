import { ed25519 } from '@noble/curves/ed25519.js'
import {
  type AfterG2,
  type AfterN2,
  COSIGNER,
  DEVICE,
  type Ristretto,
  type Rng,
  UsageError,
  answerG1,
  answerG3,
  answerN1,
  answerN3,
  discardCeremony,
  discardReOt,
  hedgedRng,
  oldSharesOf,
  wipe,
} from '@tandem/protocol'
import type { Ceremonies, Computing, Seed } from '../../ports/ceremonies.ts'

/** In this thread, which does nothing else meanwhile. */
export function here(group: Ristretto): Ceremonies {
  return { begin: () => computing(group) }
}

function computing(group: Ristretto): Computing {
  let identity: Uint8Array | undefined
  let afterG2: AfterG2 | undefined
  let afterN2: AfterN2 | undefined

  function signWith(key: Uint8Array): (message: Uint8Array) => Uint8Array {
    const own = Uint8Array.from(key)
    identity = own
    return (message) => ed25519.sign(message, own)
  }

  return {
    async answerG1({ proposal, identity: key, half, share }, body, seed) {
      const { state, g2 } = answerG1(
        {
          proposal,
          me: COSIGNER,
          sign: signWith(key),
          half: half && Uint8Array.from(half),
          oldShares: share && oldSharesOf(share),
        },
        body,
        rngOf(seed),
        group,
      )
      afterG2 = state
      return g2
    },
    async answerG3(body, seed) {
      if (!afterG2) throw new UsageError('G3 follows G1')
      const state = afterG2
      afterG2 = undefined
      return answerG3(state, body, rngOf(seed))
    },
    async answerN1({ share, otNo, identity: key }, body, seed) {
      const input = { share, peer: DEVICE, otNo, sign: signWith(key) }
      const { state, n2 } = answerN1(input, body, rngOf(seed), group)
      afterN2 = state
      return n2
    },
    async answerN3(body) {
      if (!afterN2) throw new UsageError('N3 follows N1')
      const state = afterN2
      afterN2 = undefined
      const { active, n4 } = answerN3(state, body)
      return { sid: active.sid, tau: active.tau, setup: active.value.setup, n4 }
    },
    drop() {
      if (afterG2) discardCeremony(afterG2)
      if (afterN2) discardReOt(afterN2)
      if (identity) wipe(identity)
      afterG2 = undefined
      afterN2 = undefined
      identity = undefined
    },
  }
}

/** The seed is all the randomness there is: it was drawn for one message. */
function rngOf({ key, bind }: Seed): Rng {
  const [os64, incarnation] = [new Uint8Array(64), new Uint8Array(16)]
  return hedgedRng({ key, os64, bootCounter: 0n, incarnation }, bind)
}
