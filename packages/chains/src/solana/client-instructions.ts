import {
  getSetComputeUnitLimitInstruction,
  getSetComputeUnitPriceInstruction,
} from '@solana-program/compute-budget'
import { getTransferSolInstruction } from '@solana-program/system'
import {
  getCreateAssociatedTokenIdempotentInstruction,
  getTransferCheckedInstruction,
} from '@solana-program/token'
import {
  type Instruction,
  address,
  appendTransactionMessageInstructions,
  blockhash,
  compileTransaction,
  createNoopSigner,
  createTransactionMessage,
  getTransactionEncoder,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit'
import { tokenAddress } from './program-address.ts'

export type { Instruction }

/** `price` is in micro-lamports for each of `limit` units; 0 leaves it out. */
export function budget(limit: number, price: bigint): Instruction[] {
  return [
    getSetComputeUnitLimitInstruction({ units: limit }),
    ...(price === 0n ? [] : [getSetComputeUnitPriceInstruction({ microLamports: price })]),
  ]
}

export function transferSol(from: string, to: string, lamports: bigint): Instruction {
  const source = createNoopSigner(address(from))
  return getTransferSolInstruction({ source, destination: address(to), amount: lamports })
}

/** Opens the token account of `owner`, paid by `payer`. Does nothing where it is open. */
export function openTokenAccount(
  payer: string,
  owner: string,
  mint: string,
  program: string,
): Instruction {
  return getCreateAssociatedTokenIdempotentInstruction({
    payer: createNoopSigner(address(payer)),
    ata: address(tokenAddress(owner, mint, program)),
    owner: address(owner),
    mint: address(mint),
    tokenProgram: address(program),
  })
}

export type TokenTransfer = {
  /** Token accounts. */
  readonly from: string
  readonly to: string
  readonly authority: string
  readonly mint: string
  readonly amount: bigint
  readonly decimals: number
  readonly program: string
}

export function transferToken(transfer: TokenTransfer): Instruction {
  const { from, to, authority, mint, amount, decimals, program } = transfer
  return getTransferCheckedInstruction(
    {
      source: address(from),
      mint: address(mint),
      destination: address(to),
      authority: createNoopSigner(address(authority)),
      amount,
      decimals,
    },
    { programAddress: address(program) },
  )
}

/** A legacy wire transaction with zeros for its signatures. */
export function wireOf(payer: string, hash: string, instructions: readonly Instruction[]) {
  const message = setTransactionMessageLifetimeUsingBlockhash(
    { blockhash: blockhash(hash), lastValidBlockHeight: 0n },
    setTransactionMessageFeePayer(address(payer), createTransactionMessage({ version: 'legacy' })),
  )
  const full = appendTransactionMessageInstructions(instructions, message)
  return new Uint8Array(getTransactionEncoder().encode(compileTransaction(full)))
}
