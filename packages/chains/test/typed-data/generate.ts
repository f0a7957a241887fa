import { getAddress } from 'ethers'
import * as fc from 'fast-check'
import { type Document, type Member, type Types, contract } from './document.ts'

export type Draw = fc.GeneratorValue

export const chance = (draw: Draw, percent: number) => draw(fc.nat, { max: 99 }) < percent
export const pick = <T>(draw: Draw, items: readonly T[]): T =>
  items[draw(fc.nat, { max: items.length - 1 })]!

const structNames = ['Order', 'Mail', 'constructor', '_a', 'toString', 'Z', 'a']
/** Of types that stand alone: wallets differ in what such a one holds. */
const oddNames = ['Exchange:Order', '$a']
const memberNames = ['to', 'amount', 'constructor', 'hasOwnProperty', 'x1', '_y', 'data', 'type']

/** A document that every wallet hashes in the same way, of any shape. */
export function generate(draw: Draw, settings: { readonly recursive?: boolean } = {}): Document {
  const isOdd = !settings.recursive && chance(draw, 10)
  const names = isOdd ? [pick(draw, oddNames)] : structNames.slice(0, 1 + draw(fc.nat, { max: 4 }))
  const types: Types = {}
  for (const [index, name] of names.entries()) {
    // Without recursion, a struct holds only structs after it.
    const below = settings.recursive ? [] : names.slice(index + 1)
    types[name] = memberNames
      .slice(0, draw(fc.nat, { max: 5 }))
      .map((member) => ({ name: member, type: type(draw, below) }))
    if (settings.recursive) types[name].push({ name: 'next', type: `${pick(draw, names)}[]` })
  }
  const [primaryType = ''] = names
  const message = struct(draw, types, primaryType, 0)
  const domain = domainOf(draw)
  if (chance(draw, 50)) types['EIP712Domain'] = domainTypes(domain)
  if (chance(draw, 20)) types['Unused'] = [{ name: 'a', type: 'uint8' }]
  return { types, primaryType, domain, message }
}

function type(draw: Draw, below: readonly string[]): string {
  const base = below.length > 0 && chance(draw, 40) ? pick(draw, below) : atom(draw)
  const dimensions = chance(draw, 70) ? 0 : 1 + draw(fc.nat, { max: 2 })
  return base + Array.from({ length: dimensions }, () => pick(draw, ['[]', '[1]', '[2]'])).join('')
}

function atom(draw: Draw): string {
  const size = 1 + draw(fc.nat, { max: 31 })
  const sized = [`uint${size * 8}`, `int${size * 8}`, `bytes${size}`]
  return pick(draw, ['address', 'bool', 'string', 'bytes', 'uint256', ...sized])
}

function struct(draw: Draw, types: Types, name: string, depth: number): Record<string, unknown> {
  const members: Member[] = types[name] ?? []
  return Object.fromEntries(
    members.map((member) => [member.name, value(draw, types, member.type, depth + 1)]),
  )
}

function value(draw: Draw, types: Types, type: string, depth: number): unknown {
  const [, inner, length] = /^(.*)\[([0-9]*)\]$/.exec(type) ?? []
  if (inner !== undefined) {
    const count = length ? Number(length) : depth > 3 ? 0 : draw(fc.nat, { max: 3 })
    return Array.from({ length: count }, () => value(draw, types, inner, depth + 1))
  }
  if (Object.hasOwn(types, type)) return struct(draw, types, type, depth)
  const [, unsigned, bits] = /^(u?)int([0-9]+)$/.exec(type) ?? []
  if (bits !== undefined) return integer(draw, Number(bits), unsigned === 'u')
  if (type === 'bool') return chance(draw, 50)
  if (type === 'string') return draw(fc.string, { unit: 'binary', maxLength: 40 })
  if (type === 'address') return address(draw)
  const size = type === 'bytes' ? draw(fc.nat, { max: 70 }) : Number(type.slice('bytes'.length))
  return bytes(draw, size)
}

function integer(draw: Draw, bits: number, unsigned: boolean): unknown {
  const top = 1n << BigInt(unsigned ? bits : bits - 1)
  const range = { min: unsigned ? 0n : -top, max: top - 1n }
  const found = pick(draw, [range.min, range.max, draw(fc.bigInt, range), draw(fc.bigInt, range)])
  if (BigInt(Number(found)) === found && Number.isSafeInteger(Number(found)) && chance(draw, 50))
    return Number(found)
  return found >= 0n && chance(draw, 30) ? `0x${found.toString(16)}` : found.toString()
}

function address(draw: Draw): string {
  const text = bytes(draw, 20)
  return pick(draw, [getAddress(text.toLowerCase()), text.toLowerCase()])
}

function bytes(draw: Draw, size: number): string {
  const found = draw(fc.uint8Array, { minLength: size, maxLength: size })
  const text = Buffer.from(found).toString('hex')
  return `0x${chance(draw, 20) ? text.toUpperCase() : text}`
}

const domainMembers: readonly Member[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
]

function domainOf(draw: Draw): Record<string, unknown> {
  const all: Record<string, unknown> = {
    salt: bytes(draw, 32),
    name: draw(fc.string, { unit: 'binary', maxLength: 10 }),
    version: '1',
    chainId: pick(draw, [1, '1', '0x1']),
    verifyingContract: contract,
  }
  const kept = Object.entries(all).filter(() => chance(draw, 60))
  return Object.fromEntries(kept.length > 0 ? kept : [['name', 'Test']])
}

export function domainTypes(domain: object): Member[] {
  return domainMembers.filter(({ name }) => Object.hasOwn(domain, name))
}
