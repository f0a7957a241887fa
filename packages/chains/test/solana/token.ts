import {
  ASSOCIATED,
  SYSTEM,
  TOKEN,
  TOKEN_2022,
  associated,
  bytes,
  join,
  u16,
  u64,
  u8,
} from './addresses.ts'
import type { Instruction } from './instructions.ts'

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
