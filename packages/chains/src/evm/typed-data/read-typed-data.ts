import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import type { Claim, Intent } from '../../intent.ts'
import type { Context } from '../context.ts'
import { readDomain } from './domain.ts'
import { encoder } from './encode.ts'
import { meaning } from './meaning.ts'
import { type Json, parseJson } from './parse-json.ts'
import { fail } from './path.ts'
import { DOMAIN, type Struct, encodeType, reachable, readTypes } from './types.ts'

/** EIP-712, "Specification of the eth_signTypedData JSON RPC". */
const PARTS = ['types', 'primaryType', 'domain', 'message']
const root = { key: 'typedData' }

/**
 * Reads an EIP-712 document in full: what is signed, and what it means.
 *
 * Both versions are EIP-712; `v3` has no lists. (`v1` is a list without a domain and is refused.)
 *
 * @param json the text as the site gave it.
 * @throws {ChainError} it is not exactly one document that every wallet hashes in the same way, or
 *   `wrong-chain`, or `wrong-account`: it disposes of what is not this account's.
 */
export function readTypedData(
  version: 'v3' | 'v4',
  json: string,
  context: Context,
): { digest: Uint8Array; intents: readonly Intent[]; claims: readonly Claim[] } {
  const document = readParts(parseJson(json, root.key))
  const types = readTypes(document.get('types'))
  const struct = readPrimary(document.get('primaryType'), types)
  if (version === 'v3') refuseLists(struct)
  // SECURITY: other wallets look up what a type holds by its letters before the colon, and hash that. Test: src/evm/typed-data/read-typed-data.test.ts "a name with a colon or dollar sign is of one type that stands alone: %s"
  refuseNames(struct, types)

  const encode = encoder()
  const domain = readDomain(document.get('domain'), types.get(DOMAIN), encode, context)
  const { hash, fields } = encode(struct, document.get('message'), { key: 'message' })
  const digest = keccak_256(concatBytes(PREFIX, domain.separator, hash))
  const message = { domain, type: encodeType(struct), primaryType: struct.name, fields }
  return { digest, ...meaning(message, context) }
}

/** EIP-191, version byte 0x01. */
const PREFIX = Uint8Array.of(0x19, 0x01)

function readParts(json: Json): ReadonlyMap<string, Json> {
  if (Array.isArray(json)) return fail('unsupported', root, 'v3 or v4: v1 has no domain')
  if (!(json instanceof Map)) return fail('not-valid', root, 'an object')
  for (const part of PARTS)
    if (!json.has(part))
      fail('missing', { up: root, key: part }, 'types, primaryType, domain, message')
  // SECURITY: what is beside the document is not signed, and people would believe that it is. Test: src/evm/typed-data/read-typed-data.test.ts "anything beside the four parts is refused"
  if (json.size !== PARTS.length)
    fail('not-valid', root, 'only types, primaryType, domain, message')
  return json
}

function readPrimary(json: Json | undefined, types: ReadonlyMap<string, Struct>): Struct {
  const path = { up: root, key: 'primaryType' }
  if (typeof json !== 'string') return fail('not-valid', path, 'the name of a type')
  // SECURITY: wallets then sign the domain alone, whatever the message says. Test: src/evm/typed-data/read-typed-data.test.ts "the domain alone is not signed"
  if (json === DOMAIN) fail('unsupported', path, 'a type other than that of the domain')
  return types.get(json) ?? fail('missing', path, 'a type that is defined')
}

function refuseLists(struct: Struct): void {
  for (const { members } of reachable(struct))
    for (const { type } of members)
      if (type.kind === 'array') fail('unsupported', { key: 'types' }, 'v4: v3 has no lists')
}

function refuseNames(struct: Struct, types: ReadonlyMap<string, Struct>): void {
  const all = reachable(struct)
  for (const { name } of all) {
    const [word = name] = /^\w*/.exec(name) ?? []
    if (word !== name && (all.size > 1 || types.has(word)))
      fail('unsupported', { key: 'types' }, 'letters and digits in the names of types')
  }
}
