import type { Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import { readSignature } from './read-signature.ts'
import { type Signer, contextOf } from './signer.ts'
import { textOf } from './text-of.ts'
import { readTypedData } from './typed-data/read-typed-data.ts'

/** @param parts the version, then the JSON text. @throws {ChainError} */
export function readTyped(parts: readonly Uint8Array[], signer: Signer): Reading {
  const [version, json, ...more] = parts.map(textOf)
  if (parts.length < 2) throw new ChainError('missing', 'typedData', 'a version and JSON text')
  if (more.length > 0) throw new ChainError('trailing', 'typedData', 'two parts')
  if (version !== 'v3' && version !== 'v4')
    throw new ChainError('unsupported', 'typedData.version', 'v3 or v4')
  if (json === undefined) throw new ChainError('not-valid', 'typedData', 'UTF-8 text')

  // What is signed rests on the text alone; facts only find words for it.
  const { digest } = readTypedData(version, json, contextOf(signer, {}))
  return readSignature('typed-data', digest, 27, signer, (facts) => {
    const { intents, claims } = readTypedData(version, json, contextOf(signer, facts))
    return { intents, claims }
  })
}
