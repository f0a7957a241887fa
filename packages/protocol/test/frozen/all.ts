import { baseOtVectors } from './base-ot.ts'
import { channelVectors } from './channel.ts'
import { dkgVectors, reshareVectors } from './dkg.ts'
import { ecdsaVectors } from './ecdsa-sign.ts'
import { ed25519Vectors, taprootVectors } from './frost.ts'
import { hashVectors } from './hash.ts'
import { hdVectors } from './hd.ts'
import { extensionVectors } from './ot-extension.ts'
import { rvoleVectors } from './rvole.ts'
import { reOtVectors } from './re-ot.ts'
import type { VectorFile } from './values.ts'

/** Every flow's vectors, in the order of the README. */
export const flows: { readonly [flow: string]: () => VectorFile[] } = {
  hash: hashVectors,
  hd: hdVectors,
  'base-ot': baseOtVectors,
  'ot-extension': extensionVectors,
  rvole: rvoleVectors,
  'ecdsa-sign': ecdsaVectors,
  'frost-ed25519': ed25519Vectors,
  'frost-taproot': taprootVectors,
  dkg: dkgVectors,
  reshare: reshareVectors,
  're-ot': reOtVectors,
  channel: channelVectors,
}
