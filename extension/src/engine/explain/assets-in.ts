import { type Intent, allIntents } from '@tandem/chains'

/** Every asset that a request names, by CAIP-19. */
export function assetsIn(intents: readonly Intent[]): string[] {
  return [...new Set(allIntents(intents).flatMap(named))]
}

function named(intent: Intent): string[] {
  if (intent.kind === 'approve-all') return [intent.collection]
  if (intent.kind === 'order')
    return [...intent.gives, ...intent.receives].map(({ asset }) => asset)
  return 'asset' in intent ? [intent.asset] : []
}
