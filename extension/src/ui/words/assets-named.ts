import { type Intent, allIntents, parseAssetId } from '@tandem/chains'
import { mainIntents } from './headline.ts'
import type { Telling } from './telling.ts'

/** Contracts and mints that the sentence can only name shortly, because nobody knows their symbol. */
export function assetsNamed({ explained, network }: Telling): string[] {
  const assets = allIntents(mainIntents(explained.explanation.intents)).flatMap(namedBy)
  const unknown = assets.filter(
    (asset) => asset !== network.native.asset && explained.assets?.[asset] === undefined,
  )
  return [...new Set(unknown.map((asset) => parseAssetId(asset).reference))]
}

function namedBy(intent: Intent): string[] {
  if (intent.kind === 'order') return intent.gives.map(({ asset }) => asset)
  if (intent.kind === 'approve-all') return [intent.collection]
  if (intent.kind === 'revoke') return intent.what === 'delegation' ? [] : [intent.asset]
  return 'asset' in intent ? [intent.asset] : []
}
