import type { CosignerCalls } from '../messages/cosigner.ts'
import { EngineError, type EngineEvent } from '../messages/engine.ts'
import type { Cosigner } from './cosigner/cosigner.ts'
import { CosignerError } from './cosigner/error.ts'

/** What screens ask about the co-signer. */
export function cosignerCalls(
  cosigner: () => Cosigner,
  tell: (event: EngineEvent) => void,
): CosignerCalls {
  return {
    cosigner: async () => cosigner().view(),
    retryCosigner: async () => cosigner().retry(),
    wakeCosigner: async () => cosigner().wake(),
    refreshShares: () => inWords(cosigner().refresh((step) => tell({ event: 'making', step }))),
    renewLink: () => inWords(cosigner().renew()),
    seenPolicy: async () => cosigner().seenPolicy(),
    inspectCosigner: async () => cosigner().inspect(),
    passkeyChallenge: async () => cosigner().passkeyChallenge(),
    askPasskeys: async () => cosigner().askPasskeys(),
    offerPasskey: async (offer) => cosigner().offerPasskey(offer),
  }
}

/** The co-signer says why it refuses: that is what a screen has words for. */
async function inWords(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof CosignerError && error.code === 'refused')
      throw new EngineError(error.message, 'the co-signer refused', error)
    throw error
  }
}
