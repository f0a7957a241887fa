import { TypedDataEncoder } from 'ethers'
import { ChainError } from '../../src/error.ts'
import type { Facts } from '../../src/intent.ts'
import { readTypedData } from '../../src/evm/typed-data/read-typed-data.ts'

export const self = '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826'
export const other = '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB'
export const contract = '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC'
export const zero = `0x${'00'.repeat(20)}`

const context = {
  chain: 'eip155:1',
  chainId: 1n,
  native: 'eip155:1/slip44:60',
  self,
  facts: {} as Facts,
}

export type Member = { name: string; type: string }
export type Types = Record<string, Member[]>
export type Document = {
  types: Types
  primaryType: string
  domain: Record<string, unknown>
  message: Record<string, unknown>
}

export const domain = { name: 'Test', version: '1', chainId: 1, verifyingContract: contract }

/** A document of one struct, of members written as `uint256 amount, address to`. */
export function document(members: string, message: unknown, changes: object = {}): string {
  const types = { Test: membersOf(members) }
  return JSON.stringify({ types, primaryType: 'Test', domain, message, ...changes })
}

/** The types of an `encodeType`. */
export function typesOf(text: string): Types {
  return Object.fromEntries(
    [...text.matchAll(/([^()]+)\(([^()]*)\)/g)].map(([, name = '', members = '']) => [
      name,
      membersOf(members),
    ]),
  )
}

function membersOf(text: string): Member[] {
  if (text === '') return []
  return text.split(/, ?/).map((member) => {
    const [type = '', name = ''] = member.split(' ')
    return { name, type }
  })
}

export const read = (json: string, version: 'v3' | 'v4' = 'v4') =>
  readTypedData(version, json, context)

/** `code field` of a refusal. Anything else, also no refusal, is an error. */
export function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof ChainError) return `${error.code} ${error.field}`
    throw error
  }
  throw new Error('not refused')
}

export const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

/** What ethers signs. It takes only the types that are used, and derives that of the domain. */
export function ethersDigest(document: Document | string): string {
  const { types, primaryType, domain, message } =
    typeof document === 'string' ? (JSON.parse(document) as Document) : document
  return TypedDataEncoder.hash(domain, used(types, primaryType), message)
}

/** The primary type and all that it holds. */
function used(types: Types, primaryType: string): Types {
  const names = new Set([primaryType])
  for (const name of names)
    for (const { type } of types[name] ?? []) {
      const base = type.replace(/(?:\[[0-9]*\])+$/, '')
      if (Object.hasOwn(types, base)) names.add(base)
    }
  return Object.fromEntries([...names].map((name) => [name, types[name] ?? []]))
}

/** Whether a type holds itself, which ethers does not take. */
export function recursive(types: Types): boolean {
  return Object.entries(types).some(([name, members]) =>
    members.some(({ type }) => {
      const base = type.replace(/(?:\[[0-9]*\])+$/, '')
      return Object.hasOwn(types, base) && Object.hasOwn(used(types, base), name)
    }),
  )
}
