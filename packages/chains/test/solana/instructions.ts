import { BUDGET, LOADER, MEMO, join, text, u32, u64, u8 } from './addresses.ts'

/** How an instruction uses an account: writable and signer, as the runtime names them. */
export type Use = 'r' | 'w' | 'rs' | 'ws'

export type Instruction = {
  readonly program: string
  readonly accounts: readonly (readonly [address: string, use: Use])[]
  readonly data: Uint8Array
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
