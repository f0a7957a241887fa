import type { CosignerCalls } from '../messages/cosigner.ts'
import type { Engine } from '../messages/engine.ts'

/** What screens ask about the co-signer: the engine knows all of it. */
export const cosignerCalls = (engine: Engine): CosignerCalls => ({
  cosigner: () => engine.cosigner(),
  retryCosigner: () => engine.retryCosigner(),
  wakeCosigner: () => engine.wakeCosigner(),
  refreshShares: () => engine.refreshShares(),
  renewLink: () => engine.renewLink(),
  seenPolicy: () => engine.seenPolicy(),
  inspectCosigner: () => engine.inspectCosigner(),
  passkeyChallenge: () => engine.passkeyChallenge(),
  askPasskeys: () => engine.askPasskeys(),
  offerPasskey: (offer) => engine.offerPasskey(offer),
})
