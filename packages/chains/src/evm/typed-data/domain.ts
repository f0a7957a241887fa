import type { Field } from '../../intent.ts'
import type { Context } from '../context.ts'
import { atom } from './atom.ts'
import type { encoder } from './encode.ts'
import type { Json } from './parse-json.ts'
import { type Path, fail } from './path.ts'
import { DOMAIN, type Member, type Struct } from './types.ts'

/** What a document is valid for. */
export type Domain = {
  readonly separator: Uint8Array
  readonly fields: readonly Field[]
  /** With checksum. Absent: no contract is named. */
  readonly contract?: string
  /** Whether the chain is named. */
  readonly chain: boolean
}

/** EIP-712, "Definition of domainSeparator": in this order, those that are there. */
const members: readonly Member[] = [
  member('name', 'string'),
  member('version', 'string'),
  member('chainId', 'uint256'),
  member('verifyingContract', 'address'),
  member('salt', 'bytes32'),
]

/**
 * @param declared the type of the domain, where the document has it. Wallets that get it hash what
 *   it says, libraries derive it: it has to come to the same.
 * @throws {ChainError} `wrong-chain`, `missing` an empty one, `not-valid`
 */
export function readDomain(
  json: Json | undefined,
  declared: Struct | undefined,
  encodeStruct: ReturnType<typeof encoder>,
  context: Context,
): Domain {
  const path: Path = { key: 'domain' }
  if (!(json instanceof Map)) return fail('not-valid', path, 'an object')
  // SECURITY: without a domain, a signature is valid in every application. Test: src/evm/typed-data/domain.test.ts "an empty domain is refused"
  if (json.size === 0) fail('missing', path, 'a name, version, chain, contract or salt')

  const present = members.filter(({ name }) => json.has(name))
  // SECURITY: a domain type in other words has a hash that other wallets do not compute. Test: src/evm/typed-data/domain.test.ts "a declared domain type that is not the domain’s is refused: %s"
  if (declared && !isSame(declared.members, present))
    fail('not-valid', { up: { key: 'types' }, key: DOMAIN }, 'the fields of the domain, in order')
  const { hash, fields } = encodeStruct({ name: DOMAIN, members: present }, json, path)

  const value = (name: string) => fields.find((field) => field.name === name)?.value
  const chainId = value('chainId')
  // SECURITY: it would be signed for a chain that nobody looks at. Test: src/evm/typed-data/domain.test.ts "another chain is refused"
  if (chainId !== undefined && chainId !== context.chainId.toString())
    fail('wrong-chain', { up: path, key: 'chainId' }, `${context.chainId}`)
  const salted = chainId === undefined ? chainIn(value('salt')) : undefined
  // SECURITY: tokens on Polygon put their chain here, so it would be signed for that one. Test: src/evm/typed-data/domain.test.ts "another chain is refused, also where it is the salt"
  if (salted !== undefined && salted !== context.chainId)
    fail('wrong-chain', { up: path, key: 'salt' }, `${context.chainId}`)
  const contract = value('verifyingContract')
  return {
    separator: hash,
    fields,
    chain: chainId !== undefined || salted !== undefined,
    ...(typeof contract === 'string' ? { contract } : {}),
  }
}

/** A salt that is as short as a number is one: other salts are hashes. */
function chainIn(salt: Field['value'] | undefined): bigint | undefined {
  return typeof salt === 'string' && /^0x0{48}(?!0{16})/.test(salt) ? BigInt(salt) : undefined
}

function isSame(declared: readonly Member[], present: readonly Member[]): boolean {
  return (
    declared.length === present.length &&
    declared.every(
      ({ name, type }, index) =>
        name === present[index]?.name && type.text === present[index].type.text,
    )
  )
}

function member(name: string, text: string): Member {
  const primitive = atom(text)
  if (!primitive) throw new RangeError(`${text} is no atom`)
  return { name, type: { kind: 'atom', text, atom: primitive } }
}
