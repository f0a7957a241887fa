import { hexToBytes } from '@noble/hashes/utils.js'
import type { Field } from '../../intent.ts'

/** The members of a struct whose type is known, by name. */
export type Values = {
  /** With checksum. */
  address(name: string): string
  integer(name: string): bigint
  bool(name: string): boolean
  text(name: string): string
  bytes(name: string): Uint8Array
  struct(name: string): Values
  list(name: string): Values[]
  /** The structs in a list of lists, `depth` lists deep. */
  leaves(name: string, depth: number): Values[]
}

/** @throws {RangeError} from its functions, when the type of the struct is not what was asked for. */
export function values(fields: readonly Field[]): Values {
  const byName = new Map(fields.map((field) => [field.name, field]))
  return {
    address: (name) => atom(name, 'address'),
    integer: (name) => BigInt(atom(name, 'int')),
    bool: (name) => atom(name, 'bool') === 'true',
    text: (name) => atom(name, 'string'),
    bytes: (name) => hexToBytes(atom(name, 'bytes').slice(2)),
    struct: (name) => values(members(name)),
    list: (name) => leaves(name, 1),
    leaves,
  }

  function leaves(name: string, depth: number): Values[] {
    let items = members(name)
    for (let level = 1; level < depth; level += 1) items = items.flatMap(inner)
    return items.map((item) => values(inner(item)))
  }

  function atom(name: string, type: string): string {
    const field = byName.get(name)
    if (typeof field?.value === 'string' && field.type.includes(type)) return field.value
    throw new RangeError(`no ${type} of that name`)
  }

  function members(name: string): readonly Field[] {
    const value = byName.get(name)?.value
    if (value === undefined || typeof value === 'string') throw new RangeError('no members')
    return value
  }
}

function inner({ value }: Field): readonly Field[] {
  return typeof value === 'string' ? [] : value
}
