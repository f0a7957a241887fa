import {
  AccountRole,
  type Address,
  type Blockhash,
  appendTransactionMessageInstructions,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  getTransactionEncoder,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit'
import { type Instruction, type Use } from './instructions.ts'
import type { Key } from './svm.ts'

const roles: Readonly<Record<Use, AccountRole>> = {
  r: AccountRole.READONLY,
  w: AccountRole.WRITABLE,
  rs: AccountRole.READONLY_SIGNER,
  ws: AccountRole.WRITABLE_SIGNER,
}

export type Tables = Readonly<Record<string, readonly string[]>>

/** A wire transaction without signatures, as @solana/kit makes it. `tables` makes it version 0. */
export function wire(
  payer: string,
  blockhash: string,
  instructions: readonly Instruction[],
  tables?: Tables,
): Uint8Array {
  const lifetime = { blockhash: blockhash as Blockhash, lastValidBlockHeight: 0n }
  const kit = instructions.map(({ program, accounts, data }) => ({
    programAddress: program as Address,
    accounts: accounts.map(([address, use]) => ({
      address: address as Address,
      role: roles[use],
    })),
    data,
  }))
  const legacy = setTransactionMessageLifetimeUsingBlockhash(
    lifetime,
    setTransactionMessageFeePayer(
      payer as Address,
      createTransactionMessage({ version: 'legacy' }),
    ),
  )
  const v0 = setTransactionMessageLifetimeUsingBlockhash(
    lifetime,
    setTransactionMessageFeePayer(payer as Address, createTransactionMessage({ version: 0 })),
  )
  const encode = getTransactionEncoder()
  if (!tables)
    return encode.encode(
      compileTransaction(appendTransactionMessageInstructions(kit, legacy)),
    ) as Uint8Array
  const full = appendTransactionMessageInstructions(kit, v0)
  const found = Object.fromEntries(
    Object.entries(tables).map(([table, addresses]) => [table, addresses as Address[]]),
  )
  return encode.encode(
    compileTransaction(compressTransactionMessageUsingAddressLookupTables(full, found)),
  ) as Uint8Array
}

/** Where the message begins, and who must sign it, as the runtime reads it. */
export function signers(transaction: Uint8Array) {
  const [count = 0] = transaction
  const start = 1 + 64 * count
  const version = transaction[start] ?? 0
  return { count, start, required: transaction[version >= 0x80 ? start + 1 : start] ?? 0 }
}

/** Fills in the signatures of `keys`, each where its public key stands. */
export function signed(transaction: Uint8Array, ...keys: readonly Key[]): Uint8Array {
  const { count, start, required } = signers(transaction)
  const message = transaction.subarray(start)
  const first = (message[0] ?? 0) >= 0x80 ? 5 : 4
  const all = transaction.slice()
  for (const key of keys) {
    const slot = Array.from({ length: required }).findIndex((_, index) =>
      key.publicKey.every((byte, at) => message[first + 32 * index + at] === byte),
    )
    if (slot >= 0 && slot < count) all.set(key.sign(message), 1 + 64 * slot)
  }
  return all
}
