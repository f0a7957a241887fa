import type { Svm } from './svm.ts'
import { type Key, key } from './svm.ts'
import { SYSTEM, TOKEN, associated } from './addresses.ts'
import type { Instruction } from './instructions.ts'
import { system } from './system.ts'
import { createAssociated, token } from './token.ts'
import { type Tables, signed, wire } from './message.ts'

/** Executes instructions, paid by the first key. @throws where the machine refuses */
export function run(
  vm: Svm,
  keys: readonly [Key, ...Key[]],
  instructions: readonly Instruction[],
  tables?: Tables,
): void {
  vm.expire()
  const { error, logs } = vm.send(
    signed(wire(keys[0].address, vm.blockhash(), instructions, tables), ...keys),
  )
  if (error !== undefined) throw new Error(`${error}\n${logs.join('\n')}`)
}

export type Mint = {
  readonly address: string
  readonly program: string
  readonly decimals: number
  readonly authority: Key
  /** Kept from each transfer. */
  readonly fee?: { readonly basisPoints: number; readonly most: bigint }
}

/** A mint whose `authority` may mint and freeze, made by instructions as everybody's are. */
export function mint(
  vm: Svm,
  authority: Key,
  name: string,
  program: string = TOKEN,
  fee?: { readonly basisPoints: number; readonly most: bigint },
): Mint {
  const made = key(`mint ${name}`)
  const { address } = made
  const size = fee ? 278 : 82
  run(
    vm,
    [authority, made],
    [
      system.create(authority.address, address, vm.rent(size), size, program),
      ...(fee ? [token.initializeFee(address, authority.address, fee.basisPoints, fee.most)] : []),
      token.initializeMint2(address, 6, authority.address, authority.address, program),
    ],
  )
  return { address, program, decimals: 6, authority, ...(fee && { fee }) }
}

/** Opens `owner`'s associated account and puts tokens there. @returns its address */
export function give(
  vm: Svm,
  { address, program, authority }: Mint,
  owner: string,
  amount: bigint,
) {
  const account = associated(owner, address, program)
  run(
    vm,
    [authority],
    [
      createAssociated(authority.address, owner, address, program),
      ...(amount > 0n ? [token.mintTo(address, account, authority.address, amount, program)] : []),
    ],
  )
  return account
}

/** A token account at an address of its own. */
export function tokenAccount(vm: Svm, payer: Key, { address, program }: Mint, owner: string) {
  const made = key(`token account ${address} ${owner}`)
  const size = program === TOKEN ? 165 : 182
  run(
    vm,
    [payer, made],
    [
      system.create(payer.address, made.address, vm.rent(size), size, program),
      token.initializeAccount3(made.address, address, owner, program),
    ],
  )
  return made.address
}

/** A nonce account with its deposit. */
export function nonceAccount(vm: Svm, payer: Key, authority: string, name: string): string {
  const made = key(`nonce ${name}`)
  run(
    vm,
    [payer, made],
    [
      system.create(payer.address, made.address, vm.rent(80), 80, SYSTEM),
      system.initializeNonce(made.address, authority),
    ],
  )
  return made.address
}

/** What a durable transaction has in place of a blockhash: bytes 40 to 72 of the nonce account. */
export function nonceValue(vm: Svm, nonce: string): Uint8Array {
  const account = vm.account(nonce)
  if (!account) throw new Error('no nonce account')
  return account.data.slice(40, 72)
}
