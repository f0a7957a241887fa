import { sha256 } from '@noble/hashes/sha2.js'
import { base58 } from '@scure/base'
import { ed25519 } from '@noble/curves/ed25519.js'

/** How an instruction uses an account: writable and signer, as the runtime names them. */
export type Use = 'r' | 'w' | 'rs' | 'ws'

export type Instruction = {
  readonly program: string
  readonly accounts: readonly (readonly [address: string, use: Use])[]
  readonly data: Uint8Array
}

export const SYSTEM = '11111111111111111111111111111111'
export const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'
export const TOKEN_2022 = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb'
const ASSOCIATED = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'
export const MEMO = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'
export const BUDGET = 'ComputeBudget111111111111111111111111111111'
export const TABLES = 'AddressLookupTab1e1111111111111111111111111'
export const LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111'
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112'
const BLOCKHASHES = 'SysvarRecentB1ockHashes11111111111111111111'
const RENT = 'SysvarRent111111111111111111111111111111111'

export const u8 = (value: number): Uint8Array => Uint8Array.of(value)
export const u16 = (value: number): Uint8Array => little(BigInt(value), 2)
export const u32 = (value: number): Uint8Array => little(BigInt(value), 4)
export const u64 = (value: bigint): Uint8Array => little(value, 8)
export const bytes = (address: string): Uint8Array => base58.decode(address)
export const base58Of = (value: Uint8Array): string => base58.encode(value)
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

function little(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

/** A program's own address: the first below 256 whose bytes are no point of the curve. */
function derived(program: string, ...seeds: readonly Uint8Array[]): [string, number] {
  for (let bump = 255; bump >= 0; bump -= 1) {
    const hash = sha256(join(...seeds, u8(bump), bytes(program), text('ProgramDerivedAddress')))
    if (!isPoint(hash)) return [base58.encode(hash), bump]
  }
  throw new RangeError('no address')
}

function isPoint(candidate: Uint8Array): boolean {
  try {
    ed25519.Point.fromBytes(candidate, true)
    return true
  } catch {
    return false
  }
}

const known = new Map<string, string>()

export function associated(owner: string, mint: string, program = TOKEN): string {
  const name = `${owner} ${mint} ${program}`
  const address =
    known.get(name) ?? derived(ASSOCIATED, bytes(owner), bytes(program), bytes(mint))[0]
  known.set(name, address)
  return address
}

export function seeded(base: string, seed: string, owner: string): string {
  return base58.encode(sha256(join(bytes(base), text(seed), bytes(owner))))
}

const seedBytes = (seed: string) => join(u64(BigInt(text(seed).length)), text(seed))

export const system = {
  transfer: (from: string, to: string, lamports: bigint): Instruction => ({
    program: SYSTEM,
    accounts: [
      [from, 'ws'],
      [to, 'w'],
    ],
    data: join(u32(2), u64(lamports)),
  }),
  create: (
    payer: string,
    address: string,
    lamports: bigint,
    space: number,
    owner: string,
  ): Instruction => ({
    program: SYSTEM,
    accounts: [
      [payer, 'ws'],
      [address, 'ws'],
    ],
    data: join(u32(0), u64(lamports), u64(BigInt(space)), bytes(owner)),
  }),
  createWithSeed: (
    payer: string,
    address: string,
    base: string,
    seed: string,
    lamports: bigint,
    space: number,
    owner: string,
  ): Instruction => ({
    program: SYSTEM,
    accounts: [[payer, 'ws'], [address, 'w'], ...(base === payer ? [] : [[base, 'rs'] as const])],
    data: join(
      u32(3),
      bytes(base),
      seedBytes(seed),
      u64(lamports),
      u64(BigInt(space)),
      bytes(owner),
    ),
  }),
  assign: (address: string, owner: string): Instruction => ({
    program: SYSTEM,
    accounts: [[address, 'ws']],
    data: join(u32(1), bytes(owner)),
  }),
  assignWithSeed: (address: string, base: string, seed: string, owner: string): Instruction => ({
    program: SYSTEM,
    accounts: [
      [address, 'w'],
      [base, 'rs'],
    ],
    data: join(u32(10), bytes(base), seedBytes(seed), bytes(owner)),
  }),
  allocate: (address: string, space: number): Instruction => ({
    program: SYSTEM,
    accounts: [[address, 'ws']],
    data: join(u32(8), u64(BigInt(space))),
  }),
  transferWithSeed: (
    from: string,
    base: string,
    seed: string,
    owner: string,
    to: string,
    lamports: bigint,
  ): Instruction => ({
    program: SYSTEM,
    accounts: [
      [from, 'w'],
      [base, 'rs'],
      [to, 'w'],
    ],
    data: join(u32(11), u64(lamports), seedBytes(seed), bytes(owner)),
  }),
  advanceNonce: (nonce: string, authority: string): Instruction => ({
    program: SYSTEM,
    accounts: [
      [nonce, 'w'],
      [BLOCKHASHES, 'r'],
      [authority, 'rs'],
    ],
    data: u32(4),
  }),
  withdrawNonce: (nonce: string, to: string, authority: string, lamports: bigint): Instruction => ({
    program: SYSTEM,
    accounts: [
      [nonce, 'w'],
      [to, 'w'],
      [BLOCKHASHES, 'r'],
      [RENT, 'r'],
      [authority, 'rs'],
    ],
    data: join(u32(5), u64(lamports)),
  }),
  initializeNonce: (nonce: string, authority: string): Instruction => ({
    program: SYSTEM,
    accounts: [
      [nonce, 'w'],
      [BLOCKHASHES, 'r'],
      [RENT, 'r'],
    ],
    data: join(u32(6), bytes(authority)),
  }),
  authorizeNonce: (nonce: string, authority: string, next: string): Instruction => ({
    program: SYSTEM,
    accounts: [
      [nonce, 'w'],
      [authority, 'rs'],
    ],
    data: join(u32(7), bytes(next)),
  }),
}

/** Of SPL Token; `program` makes them Token-2022's. */
export const token = {
  transfer: (
    from: string,
    to: string,
    authority: string,
    amount: bigint,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [from, 'w'],
      [to, 'w'],
      [authority, 'rs'],
    ],
    data: join(u8(3), u64(amount)),
  }),
  transferChecked: (
    from: string,
    mint: string,
    to: string,
    authority: string,
    amount: bigint,
    decimals: number,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [from, 'w'],
      [mint, 'r'],
      [to, 'w'],
      [authority, 'rs'],
    ],
    data: join(u8(12), u64(amount), u8(decimals)),
  }),
  transferWithFee: (
    from: string,
    mint: string,
    to: string,
    authority: string,
    amount: bigint,
    decimals: number,
    fee: bigint,
  ): Instruction => ({
    program: TOKEN_2022,
    accounts: [
      [from, 'w'],
      [mint, 'r'],
      [to, 'w'],
      [authority, 'rs'],
    ],
    data: join(u8(26), u8(1), u64(amount), u8(decimals), u64(fee)),
  }),
  approve: (
    account: string,
    delegate: string,
    owner: string,
    amount: bigint,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [delegate, 'r'],
      [owner, 'rs'],
    ],
    data: join(u8(4), u64(amount)),
  }),
  approveChecked: (
    account: string,
    mint: string,
    delegate: string,
    owner: string,
    amount: bigint,
    decimals: number,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [mint, 'r'],
      [delegate, 'r'],
      [owner, 'rs'],
    ],
    data: join(u8(13), u64(amount), u8(decimals)),
  }),
  revoke: (account: string, owner: string, program = TOKEN): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [owner, 'rs'],
    ],
    data: u8(5),
  }),
  /** @param type 0 mint, 1 freeze, 2 account owner, 3 close */
  setAuthority: (
    account: string,
    authority: string,
    type: number,
    next: string | undefined,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [authority, 'rs'],
    ],
    data: join(u8(6), u8(type), next === undefined ? u8(0) : join(u8(1), bytes(next))),
  }),
  mintTo: (
    mint: string,
    account: string,
    authority: string,
    amount: bigint,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [mint, 'w'],
      [account, 'w'],
      [authority, 'rs'],
    ],
    data: join(u8(7), u64(amount)),
  }),
  burn: (
    account: string,
    mint: string,
    authority: string,
    amount: bigint,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [mint, 'w'],
      [authority, 'rs'],
    ],
    data: join(u8(8), u64(amount)),
  }),
  burnChecked: (
    account: string,
    mint: string,
    authority: string,
    amount: bigint,
    decimals: number,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [mint, 'w'],
      [authority, 'rs'],
    ],
    data: join(u8(15), u64(amount), u8(decimals)),
  }),
  close: (account: string, to: string, authority: string, program = TOKEN): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [to, 'w'],
      [authority, 'rs'],
    ],
    data: u8(9),
  }),
  freeze: (account: string, mint: string, authority: string, program = TOKEN): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [mint, 'r'],
      [authority, 'rs'],
    ],
    data: u8(10),
  }),
  thaw: (account: string, mint: string, authority: string, program = TOKEN): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [mint, 'r'],
      [authority, 'rs'],
    ],
    data: u8(11),
  }),
  syncNative: (account: string, program = TOKEN): Instruction => ({
    program,
    accounts: [[account, 'w']],
    data: u8(17),
  }),
  initializeAccount3: (
    account: string,
    mint: string,
    owner: string,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [
      [account, 'w'],
      [mint, 'r'],
    ],
    data: join(u8(18), bytes(owner)),
  }),
  initializeMint2: (
    mint: string,
    decimals: number,
    authority: string,
    freeze: string | undefined,
    program = TOKEN,
  ): Instruction => ({
    program,
    accounts: [[mint, 'w']],
    data: join(
      u8(20),
      u8(decimals),
      bytes(authority),
      freeze === undefined ? u8(0) : join(u8(1), bytes(freeze)),
    ),
  }),
  /** The extension of Token-2022 that keeps a part of each transfer. */
  initializeFee: (
    mint: string,
    authority: string,
    basisPoints: number,
    most: bigint,
  ): Instruction => ({
    program: TOKEN_2022,
    accounts: [[mint, 'w']],
    data: join(
      u8(26),
      u8(0),
      u8(1),
      bytes(authority),
      u8(1),
      bytes(authority),
      u16(basisPoints),
      u64(most),
    ),
  }),
}

/** @param kind 0 create, 1 create unless it is there */
export function createAssociated(
  payer: string,
  owner: string,
  mint: string,
  program = TOKEN,
  kind: 0 | 1 = 1,
): Instruction {
  return {
    program: ASSOCIATED,
    accounts: [
      [payer, 'ws'],
      [associated(owner, mint, program), 'w'],
      [owner, 'r'],
      [mint, 'r'],
      [SYSTEM, 'r'],
      [program, 'r'],
    ],
    data: u8(kind),
  }
}

export const memo = (note: string, ...signers: readonly string[]): Instruction => ({
  program: MEMO,
  accounts: signers.map((signer) => [signer, 'rs'] as const),
  data: text(note),
})

export const budget = {
  limit: (units: number): Instruction => only(join(u8(2), u32(units))),
  price: (microLamports: bigint): Instruction => only(join(u8(3), u64(microLamports))),
  heap: (size: number): Instruction => only(join(u8(1), u32(size))),
  loaded: (size: number): Instruction => only(join(u8(4), u32(size))),
  raw: (data: Uint8Array): Instruction => only(data),
}

const only = (data: Uint8Array): Instruction => ({ program: BUDGET, accounts: [], data })

export const loader = {
  /** Hands a program's data account to somebody. */
  setAuthority: (
    programData: string,
    authority: string,
    next: string | undefined,
  ): Instruction => ({
    program: LOADER,
    accounts: [
      [programData, 'w'],
      [authority, 'rs'],
      ...(next === undefined ? [] : [[next, 'r'] as const]),
    ],
    data: u32(4),
  }),
}
