import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Field } from '../../intent.ts'
import type { Json } from './parse-json.ts'
import { type Path, fail } from './path.ts'
import { type Struct, type Type, encodeType } from './types.ts'

/** `hashStruct` of a value, and the value as a tree of text in the order of its type. */
export type Encoded = { readonly hash: Uint8Array; readonly fields: readonly Field[] }

/**
 * Encodes structs (EIP-712, "Definition of hashStruct"). Every member has to be there, and nothing
 * else: wallets disagree on what stands for a missing one, and what is extra is not signed.
 *
 * @returns a function for any struct of one document; the hash of each type is made once.
 */
export function encoder(): (struct: Struct, json: Json | undefined, path: Path) => Encoded {
  const typeHashes = new Map<Struct, Uint8Array>()
  return encodeStruct

  function encodeStruct(struct: Struct, json: Json | undefined, path: Path): Encoded {
    if (!(json instanceof Map)) return fail('not-valid', path, 'an object')
    const { members } = struct
    const words = new Uint8Array(32 * (members.length + 1))
    words.set(typeHash(struct))
    const fields = members.map(({ name, type }, index) => {
      const inner = { up: path, key: name }
      const value = json.get(name)
      // SECURITY: other wallets take zero for what is missing, or leave it out. Test: src/evm/typed-data/encode.test.ts "a member that is missing or null is refused"
      if (value === undefined || value === null) return fail('missing', inner, 'a value')
      return { name, type: type.text, value: encode(type, value, inner, words, 32 * (index + 1)) }
    })
    // SECURITY: what is not in the type is not signed, and people would believe that it is. Test: src/evm/typed-data/encode.test.ts "a member that the type lacks is refused"
    if (json.size !== members.length) fail('not-valid', path, 'only the members of its type')
    return { hash: keccak_256(words), fields }
  }

  function encode(
    type: Type,
    json: Json,
    path: Path,
    out: Uint8Array,
    offset: number,
  ): Field['value'] {
    if (type.kind === 'atom') return type.atom(json, path, out, offset)
    if (type.kind === 'struct') {
      const { hash, fields } = encodeStruct(type.struct, json, path)
      out.set(hash, offset)
      return fields
    }
    if (!Array.isArray(json)) return fail('not-valid', path, 'a list')
    // SECURITY: a contract reads a list of fixed length as that many items. Test: src/evm/typed-data/encode.test.ts "a list of another length is refused"
    if (type.length !== undefined && json.length !== type.length)
      fail('not-valid', path, `a list of ${type.length}`)
    const words = new Uint8Array(32 * json.length)
    const items = json.map((item, index) => ({
      name: String(index),
      type: type.of.text,
      value: encode(type.of, item, { up: path, key: index }, words, 32 * index),
    }))
    out.set(keccak_256(words), offset)
    return items
  }

  function typeHash(struct: Struct): Uint8Array {
    const before = typeHashes.get(struct)
    if (before) return before
    const hash = keccak_256(utf8ToBytes(encodeType(struct)))
    typeHashes.set(struct, hash)
    return hash
  }
}
