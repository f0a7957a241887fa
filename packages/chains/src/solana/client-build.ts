import { base64 } from '@scure/base'
import type { Draft } from '../client.ts'
import { ChainError } from '../error.ts'
import { RpcError } from '../rpc-error.ts'
import { priorityFee, SIGNATURE_LAMPORTS } from './client-fees.ts'
import {
  type Instruction,
  budget,
  openTokenAccount,
  transferSol,
  transferToken,
  wireOf,
} from './client-instructions.ts'
import type { SolanaRpc } from './client-rpc.ts'
import { isOfTokenProgram, mintOf, tokenAccountOf } from './client-token.ts'
import { tokenAddress } from './program-address.ts'

/** What a transfer of SOL and its two budget instructions use is 450. */
const TRANSFER_UNITS = 1_000
/** More than any transfer of tokens uses; a node that says more lies. */
const MOST_UNITS = 400_000
/** More would not fit into one transaction. */
const MOST_SOURCES = 10
/** Lamports: an amount of SOL or tokens has 64 bits. */
const MOST = 2n ** 64n - 1n

type Transfer = Draft & { readonly from: string; readonly price: bigint }

/** An unsigned transfer of SOL. @throws {RpcError} `insufficient-funds` */
export async function buildSol(rpc: SolanaRpc, transfer: Transfer): Promise<Uint8Array> {
  const { from, to, price, amount: wanted } = transfer
  checkAmount(wanted)
  const [[source, target], least, blockhash] = await Promise.all([
    rpc.accounts([from, to]),
    rpc.rent(0),
    rpc.blockhash(),
  ])
  // SECURITY: a token account, a mint or a program keeps what it gets. Test: tests/chains/solana-client.test.ts "is not sent to a program, a mint or a token account"
  if (target && (target.executable || isOfTokenProgram(target)))
    throw new ChainError('not-valid', 'draft.to', 'the address of a wallet')

  const fee = SIGNATURE_LAMPORTS + priorityFee(price, TRANSFER_UNITS)
  const held = source?.lamports ?? 0n
  const amount = wanted === 'max' ? held - fee : wanted
  if (amount <= 0n || amount + fee > held) throw insufficient(`${held} of ${amount + fee} lamports`)
  // An account keeps its deposit or nothing at all; to itself nothing moves.
  const left = held - amount - fee
  if (from !== to && left > 0n && left < least)
    throw insufficient(`leaves ${left} lamports, and an account holds at least ${least}`)
  const due = target ? await rpc.rent(target.data.length) : least
  if (from !== to && (target?.lamports ?? 0n) + amount < due)
    throw insufficient(`a new account holds at least ${due} lamports`)
  return wireOf(from, blockhash, [...budget(TRANSFER_UNITS, price), transferSol(from, to, amount)])
}

/**
 * An unsigned transfer of a token to a wallet's associated account, which it opens where needed, or
 * straight to a token account of the same mint. It was tried on the node before.
 *
 * @throws {RpcError} `insufficient-funds`, `rejected`
 */
export async function buildToken(
  rpc: SolanaRpc,
  mint: string,
  transfer: Transfer,
): Promise<Uint8Array> {
  const { from, to, price, amount: wanted } = transfer
  checkAmount(wanted)
  const [[mintAccount, target], held, [payer], blockhash] = await Promise.all([
    rpc.accounts([mint, to]),
    rpc.tokens(from, mint),
    rpc.accounts([from]),
    rpc.blockhash(),
  ])
  const token = mintAccount && mintOf(mintAccount)
  if (!token) throw new ChainError('not-valid', 'draft.asset', 'a mint of a token program')
  const direct = target && tokenAccountOf(target)
  const wallet = !target || (!target.executable && !isOfTokenProgram(target))
  // SECURITY: nobody can spend tokens that a program or a mint owns. Test: tests/chains/solana-client.test.ts "is not sent to a program or a mint"
  if (!wallet && !(direct?.mint === mint && target.owner === token.program))
    throw new ChainError('not-valid', 'draft.to', 'a wallet, or a token account of this mint')

  const own = tokenAddress(from, mint, token.program)
  const destination = direct ? to : tokenAddress(to, mint, token.program)
  const sources = held
    .filter(({ address, frozen, amount }) => !frozen && amount > 0n && address !== destination)
    // The associated account first, then the fullest.
    .toSorted((a, b) =>
      a.address === own ? -1 : b.address === own ? 1 : a.amount > b.amount ? -1 : 1,
    )
    .slice(0, MOST_SOURCES)
  const all = sources.reduce((sum, { amount }) => sum + amount, 0n)
  const amount = wanted === 'max' ? all : wanted
  if (amount === 0n || amount > all) throw insufficient(`${all} of ${amount} in units of the token`)

  const [opened] = direct ? [target] : await rpc.accounts([destination])
  const deposit = opened ? 0n : await rpc.rent(token.accountSize)
  const instructions = [
    ...(opened ? [] : [openTokenAccount(from, to, mint, token.program)]),
    ...take(sources, amount).map((part) =>
      transferToken({
        from: part.address,
        to: destination,
        authority: from,
        mint,
        amount: part.amount,
        decimals: token.decimals,
        program: token.program,
      }),
    ),
  ]
  const afford = (fee: bigint) => {
    const lamports = payer?.lamports ?? 0n
    if (lamports < fee + deposit) throw insufficient(`${lamports} of ${fee + deposit} lamports`)
  }
  afford(SIGNATURE_LAMPORTS)
  const units = await unitsOf(rpc, from, blockhash, instructions)
  afford(SIGNATURE_LAMPORTS + priorityFee(price, units))
  return wireOf(from, blockhash, [...budget(units, price), ...instructions])
}

/** A fifth more than it takes now, since what it takes depends on the state of the accounts. */
async function unitsOf(
  rpc: SolanaRpc,
  from: string,
  blockhash: string,
  instructions: readonly Instruction[],
): Promise<number> {
  const trial = wireOf(from, blockhash, [...budget(MOST_UNITS, 1n), ...instructions])
  const used = await rpc.simulate(base64.encode(trial))
  return Math.min(MOST_UNITS, Math.ceil(used * 1.2))
}

type Part = { readonly address: string; readonly amount: bigint }

/** From each source in turn until `amount` is there. */
function take(sources: readonly Part[], amount: bigint): Part[] {
  let left = amount
  return sources.flatMap(({ address, amount: held }) => {
    const part = held < left ? held : left
    left -= part
    return part > 0n ? [{ address, amount: part }] : []
  })
}

function checkAmount(amount: Draft['amount']): void {
  if (amount !== 'max' && (amount <= 0n || amount > MOST))
    throw new ChainError('not-valid', 'draft.amount', 'a positive number of at most 64 bits')
}

function insufficient(detail: string): RpcError {
  return new RpcError('insufficient-funds', 'build', detail)
}
