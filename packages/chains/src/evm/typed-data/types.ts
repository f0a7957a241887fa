import { type Atom, atom } from './atom.ts'
import type { Json } from './parse-json.ts'
import { type Path, fail } from './path.ts'

/** A type of EIP-712, "Definition of typed structured data". `text` is as `encodeType` has it. */
export type Type =
  | { readonly kind: 'atom'; readonly text: string; readonly atom: Atom }
  | { readonly kind: 'struct'; readonly text: string; readonly struct: Struct }
  | {
      readonly kind: 'array'
      readonly text: string
      readonly of: Type
      /** Absent: any. */
      readonly length?: number
    }

export type Member = { readonly name: string; readonly type: Type }
export type Struct = { readonly name: string; readonly members: readonly Member[] }

/** The separator's own type; as a member of a message it has no fixed meaning. */
export const DOMAIN = 'EIP712Domain'

/** Every type is hashed with all that it holds, so these bound the square of their number. */
const MAX_TYPES = 64
const MAX_MEMBERS = 1024

/** Solidity's identifiers in ASCII, less the one that JavaScript's objects cannot hold. */
const IDENTIFIER = /^(?!__proto__$)[A-Za-z_$][A-Za-z0-9_$]{0,79}$/
/** Exchanges write `Exchange:Order`. A colon ends nothing in `encodeType`, so it is safe. */
const STRUCT = /^(?!__proto__$)[A-Za-z_$][A-Za-z0-9_$:]{0,79}$/
/** Also those that do not exist, such as `uint7`: a struct of that name would pass for an atom. */
const RESERVED = /^(?:u?int[0-9]*|u?fixed[0-9x]*|bytes[0-9]*|bool|address|string|function)$/
const ARRAY = /^(.*)\[([1-9][0-9]{0,4})?\]$/s
const MAX_DIMENSIONS = 32

type Draft = { readonly name: string; readonly members: Member[] }

/**
 * The struct types of a document, each name defined, each member once. Types that the message does
 * not use are checked as well and do not enter the hash.
 *
 * @throws {ChainError} `not-valid`, `missing`, `duplicate`, `limit`, `unsupported`
 */
export function readTypes(json: Json | undefined): ReadonlyMap<string, Struct> {
  const root: Path = { key: 'types' }
  if (!(json instanceof Map)) return fail('not-valid', root, 'an object')
  if (json.size > MAX_TYPES) fail('limit', root, `at most ${MAX_TYPES} types`)

  const drafts = new Map<string, Draft>()
  for (const name of json.keys()) {
    const path = { up: root, key: name }
    // SECURITY: a name with brackets or commas in it makes two types with one hash. Test: src/evm/typed-data/types.test.ts "a name that is no identifier is refused: %j"
    if (!STRUCT.test(name)) fail('not-valid', path, 'an identifier in ASCII')
    // SECURITY: a struct with an atom's name is encoded in another way by every wallet. Test: src/evm/typed-data/types.test.ts "an atom is not defined again: %s"
    if (RESERVED.test(name)) fail('not-valid', path, 'a name that no atom has')
    drafts.set(name, { name, members: [] })
  }

  const known = new Map<string, Type>()
  let count = 0
  for (const [name, members] of json) {
    const path = { up: root, key: name }
    if (!Array.isArray(members)) return fail('not-valid', path, 'a list of members')
    count += members.length
    if (count > MAX_MEMBERS) fail('limit', root, `at most ${MAX_MEMBERS} members`)
    const seen = new Set<string>()
    for (const [index, member] of members.entries()) {
      const read = readMember(member, { up: path, key: index }, drafts, known)
      // SECURITY: one name would stand for two values. Test: src/evm/typed-data/types.test.ts "a member is not there twice"
      if (seen.has(read.name)) fail('duplicate', { up: path, key: index }, 'each name once')
      seen.add(read.name)
      drafts.get(name)?.members.push(read)
    }
  }
  return drafts
}

function readMember(
  json: Json,
  path: Path,
  structs: ReadonlyMap<string, Draft>,
  known: Map<string, Type>,
): Member {
  const name = json instanceof Map ? json.get('name') : undefined
  const type = json instanceof Map ? json.get('type') : undefined
  if (!(json instanceof Map) || json.size !== 2) return fail('not-valid', path, 'name and type')
  if (typeof name !== 'string' || !IDENTIFIER.test(name))
    return fail('not-valid', { up: path, key: 'name' }, 'an identifier in ASCII')
  if (typeof type !== 'string') return fail('not-valid', { up: path, key: 'type' }, 'a type')
  return { name, type: readType(type, { up: path, key: 'type' }, structs, known, 0) }
}

function readType(
  text: string,
  path: Path,
  structs: ReadonlyMap<string, Draft>,
  known: Map<string, Type>,
  depth: number,
): Type {
  const before = known.get(text)
  if (before) return before
  if (depth > MAX_DIMENSIONS) fail('limit', path, `at most ${MAX_DIMENSIONS} dimensions`)
  const [, inner, length] = ARRAY.exec(text) ?? []
  const type =
    inner === undefined
      ? readName(text, path, structs)
      : {
          kind: 'array' as const,
          text,
          of: readType(inner, path, structs, known, depth + 1),
          ...(length === undefined ? {} : { length: Number(length) }),
        }
  known.set(text, type)
  return type
}

function readName(text: string, path: Path, structs: ReadonlyMap<string, Draft>): Type {
  const primitive = atom(text)
  if (primitive) return { kind: 'atom', text, atom: primitive }
  if (text === DOMAIN) fail('unsupported', path, 'a type other than that of the domain')
  const struct = structs.get(text)
  if (!struct) return fail('missing', path, 'a type that is defined')
  return { kind: 'struct', text, struct }
}

/** EIP-712, "Definition of encodeType": the struct, then all that it holds, sorted by name. */
export function encodeType(struct: Struct): string {
  const held = [...reachable(struct)].filter((other) => other !== struct)
  held.sort((a, b) => (a.name < b.name ? -1 : 1))
  return [struct, ...held].map(signature).join('')
}

/** A struct and every struct that its members hold, at any depth. */
export function reachable(struct: Struct): ReadonlySet<Struct> {
  // A set is walked in order of insertion, also over what is added on the way.
  const found = new Set([struct])
  for (const { members } of found)
    for (const { type } of members) {
      const element = elementOf(type)
      if (element.kind === 'struct') found.add(element.struct)
    }
  return found
}

function elementOf(type: Type): Type {
  return type.kind === 'array' ? elementOf(type.of) : type
}

function signature({ name, members }: Struct): string {
  return `${name}(${members.map((member) => `${member.type.text} ${member.name}`).join(',')})`
}
