import { ChainError } from '../error.ts'
import type { Intent } from '../intent.ts'
import type { AccountMeta } from './accounts.ts'
import type { Context, Instruction } from './context.ts'
import { type Cursor, cursor, finish, u8, u32 } from './cursor.ts'

/** What an instruction does. Undefined: not readable in full, so it is a `call`. */
export type Meaning = Intent | readonly Intent[] | undefined

/** One instruction of a program: its name, and how it is read after its number. */
export type Reader = {
  readonly name: string
  readonly read: (instruction: Instruction, offset: number, context: Context) => Meaning
}

/** A program's instructions, found by the first bytes of their data. */
export type Program = (
  data: Uint8Array,
) => { readonly reader: Reader; readonly offset: number } | undefined

/** A program whose instructions begin with a number of one byte or of four (little-endian). */
export function numbered(size: 1 | 4, readers: Readonly<Record<number, Reader>>): Program {
  return (data) => {
    if (data.length < size) return undefined
    const from = cursor(data, 'instruction')
    const found = readers[size === 1 ? u8(from) : u32(from)]
    return found && { reader: found, offset: size }
  }
}

type Tuple<T, N extends number, R extends readonly T[] = []> = R['length'] extends N
  ? R
  : Tuple<T, N, readonly [...R, T]>

/**
 * An instruction with exactly `count` accounts and exactly the data that `data` reads. Anything
 * more or less is not this instruction: programs differ in what they do with the rest.
 */
export function reader<N extends number, D>(
  name: string,
  count: N,
  data: (from: Cursor) => D,
  meaning: (
    accounts: Tuple<AccountMeta, N>,
    data: D,
    context: Context,
    instruction: Instruction,
  ) => Meaning,
): Reader {
  return {
    name,
    read(instruction, offset, context) {
      const { accounts } = instruction
      if (!isTuple(accounts, count)) return undefined
      const fields = exactly(instruction.data, offset, data)
      return fields && meaning(accounts, fields.value, context, instruction)
    },
  }
}

/**
 * As {@link reader}, of an authority that is the last account: it signs itself, or is a multisig
 * account of the token program, and its signers follow.
 */
export function authorized<N extends number, D>(
  name: string,
  count: N,
  data: (from: Cursor) => D,
  meaning: (
    accounts: Tuple<AccountMeta, N>,
    data: D,
    context: Context,
    instruction: Instruction,
  ) => Meaning,
): Reader {
  const plain = reader(name, count, data, meaning)
  return {
    name,
    read(instruction, offset, context) {
      const accounts = instruction.accounts.slice(0, count)
      const signers = instruction.accounts.slice(count)
      const authority = accounts.at(-1)
      const own = signers.length === 0 && authority?.signer === true
      const multisig =
        signers.length > 0 &&
        signers.length <= 11 &&
        authority?.signer === false &&
        signers.every(({ signer }) => signer)
      if (!own && !multisig) return undefined
      return plain.read({ ...instruction, accounts }, offset, context)
    },
  }
}

/** An instruction that is known by its name only. */
export function unread(name: string): Reader {
  return { name, read: () => undefined }
}

/** No data after the number. */
export function nothing(): undefined {
  return undefined
}

function isTuple<T, N extends number>(list: readonly T[], count: N): list is Tuple<T, N> {
  return list.length === count
}

function exactly<D>(
  bytes: Uint8Array,
  offset: number,
  read: (from: Cursor) => D,
): { readonly value: D } | undefined {
  const from = cursor(bytes, 'instruction', offset)
  try {
    const value = read(from)
    finish(from)
    return { value }
  } catch (error) {
    if (error instanceof ChainError) return undefined
    throw error
  }
}
