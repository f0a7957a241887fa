import { BLOCKHASHES, RENT, SYSTEM, bytes, join, text, u32, u64 } from './addresses.ts'
import type { Instruction } from './instructions.ts'

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
