import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import {
  AccountRole,
  type Address,
  type Instruction,
  address,
  appendTransactionMessageInstructions,
  blockhash,
  compileTransaction,
  createNoopSigner,
  createTransactionMessage,
  getCompiledTransactionMessageEncoder,
  getTransactionEncoder,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit'
import { account } from '../account.ts'
import type { Explanation, Facts, Intent } from '../intent.ts'
import { network } from '../networks.ts'
import { encodeAddress } from './address.ts'
import { type Table, transactionPayload } from './payloads.ts'
import { solana } from './solana.ts'

/** Solana, and the account of the key below on it. */
export const chain = solana(network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'))
const privateKey = sha256(utf8ToBytes('our key'))
export const us = account(
  chain.network.id,
  0,
  chain.addresses(() => ed25519.getPublicKey(privateKey), 0),
)
export const self = address(us.addresses[0]?.address ?? '')
export const signer = createNoopSigner(self)
export const LIFETIME = named('lifetime')

/** Somebody or something by that name: always the same address, and nobody has its key. */
export function named(name: string): Address {
  return address(encodeAddress(sha256(utf8ToBytes(name))))
}

/** Somebody who can sign. */
export function keyOf(name: string): { readonly secret: Uint8Array; readonly address: Address } {
  const secret = sha256(utf8ToBytes(`key of ${name}`))
  return { secret, address: address(encodeAddress(ed25519.getPublicKey(secret))) }
}

export type Options = {
  readonly payer?: Address
  readonly version?: 0 | 'legacy'
}

/** A wire transaction by the library that sites use, without signatures. */
export function wireOf(instructions: readonly Instruction[], options: Options = {}): Uint8Array {
  const { payer = self, version = 0 } = options
  const message = pipe(
    createTransactionMessage({ version }),
    (empty) => setTransactionMessageFeePayer(payer, empty),
    (paid) =>
      setTransactionMessageLifetimeUsingBlockhash(
        { blockhash: blockhash(LIFETIME), lastValidBlockHeight: 1n },
        paid,
      ),
    (living) => appendTransactionMessageInstructions(instructions, living),
  )
  return Uint8Array.from(getTransactionEncoder().encode(compileTransaction(message)))
}

/** An instruction as bytes say it. Roles: `s` signs, `w` is written. */
export function instruction(
  program: string,
  accounts: readonly (readonly [string, '' | 's' | 'w' | 'sw'])[],
  data: Uint8Array | readonly number[],
): Instruction {
  const roles = {
    '': AccountRole.READONLY,
    s: AccountRole.READONLY_SIGNER,
    w: AccountRole.WRITABLE,
    sw: AccountRole.WRITABLE_SIGNER,
  }
  return {
    programAddress: address(program),
    accounts: accounts.map(([text, role]) => ({ address: address(text), role: roles[role] })),
    data: Uint8Array.from(data),
  }
}

export function readWire(wire: Uint8Array, tables: readonly Table[] = []) {
  return chain.read(transactionPayload(wire, tables), us)
}

export function explain(instructions: readonly Instruction[], facts: Facts = {}): Explanation {
  return readWire(wireOf(instructions)).explain(facts)
}

export function intents(
  instructions: readonly Instruction[],
  facts: Facts = {},
): readonly Intent[] {
  return explain(instructions, facts).intents
}

/** A message's parts, as its bytes say them. */
export type Compiled = {
  readonly version?: 0 | 'legacy'
  readonly header?: readonly [number, number, number]
  readonly keys?: readonly string[]
  readonly instructions?: readonly {
    readonly program: number
    readonly accounts: readonly number[]
    readonly data?: readonly number[]
  }[]
  readonly lookups?: readonly {
    readonly table: string
    readonly writable?: readonly number[]
    readonly readonly?: readonly number[]
  }[]
}

/** Any message, also one that no library makes. The program is the last key. */
export function messageOf(parts: Compiled = {}): Uint8Array {
  const {
    version = 0,
    header = [1, 0, 1],
    keys = [self, named('other'), named('program')],
    instructions = [{ program: 2, accounts: [0, 1] }],
    lookups = [],
  } = parts
  const [numSignerAccounts, numReadonlySignerAccounts, numReadonlyNonSignerAccounts] = header
  const encoder = getCompiledTransactionMessageEncoder()
  return Uint8Array.from(
    encoder.encode({
      version,
      header: { numSignerAccounts, numReadonlySignerAccounts, numReadonlyNonSignerAccounts },
      staticAccounts: keys.map((text) => address(text)),
      lifetimeToken: LIFETIME,
      instructions: instructions.map(({ program, accounts, data = [] }) => ({
        programAddressIndex: program,
        accountIndices: [...accounts],
        data: Uint8Array.from(data),
      })),
      ...(version === 0
        ? {
            addressTableLookups: lookups.map(({ table, writable = [], readonly = [] }) => ({
              lookupTableAddress: address(table),
              writableIndexes: [...writable],
              readonlyIndexes: [...readonly],
            })),
          }
        : {}),
    }),
  )
}

/** With 64 zero bytes for each signer. */
export function unsigned(message: Uint8Array): Uint8Array {
  const at = ((message[0] ?? 0) & 0x80) === 0 ? 0 : 1
  const signers = message[at] ?? 0
  return Uint8Array.of(signers, ...new Uint8Array(64 * signers), ...message)
}

export function sign(message: Uint8Array, secret: Uint8Array = privateKey): Uint8Array {
  return ed25519.sign(Uint8Array.from(message), Uint8Array.from(secret))
}

/** What is refused, by its code. */
export function code(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'none'
  }
}
