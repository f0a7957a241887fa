import { parseWire, isMissing } from './wire.ts'

/** What a wallet has to know of a transaction before it makes a request of it. */
export type Outline = {
  /** Lookup tables, whose contents only the chain has. */
  readonly tables: readonly string[]
  /** Who has not signed yet. */
  readonly unsigned: readonly string[]
}

/** @param wire a transaction as it travels. @throws {ChainError} it is not exactly one. */
export function outline(wire: Uint8Array): Outline {
  const { message, signatures } = parseWire(wire)
  return {
    tables: message.lookups.map(({ table }) => table),
    unsigned: message.keys.filter((_, index) => {
      const signature = signatures[index]
      return signature !== undefined && isMissing(signature)
    }),
  }
}
