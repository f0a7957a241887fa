import { TOKEN, TOKEN_2022, base58Of } from './addresses.ts'
import type { Svm, SvmAccount } from './svm.ts'

/** An account in the words of its program. Absent from a state: it has no lamports. */
export type AccountState = {
  lamports: bigint
  program: string
  token?: TokenState
  mint?: MintState
}

export type TokenState = {
  mint: string
  owner: string
  amount: bigint
  delegate: string | undefined
  delegated: bigint
  frozen: boolean
  /** Lamports of a wrapped account that are not SOL of its owner: the deposit. */
  reserve: bigint | undefined
  close: string | undefined
}

export type MintState = {
  supply: bigint
  authority: string | undefined
  freeze: string | undefined
  fee: { basisPoints: bigint; most: bigint } | undefined
}

export type State = Map<string, AccountState>

/** What the machine has at some addresses, read with code of its own. */
export function stateOf(vm: Svm, addresses: Iterable<string>): State {
  const state: State = new Map()
  for (const address of addresses) {
    const account = vm.account(address)
    if (account && account.lamports > 0n) state.set(address, read(account))
  }
  return state
}

function read({ lamports, owner, data }: SvmAccount): AccountState {
  const account = { lamports, program: owner }
  if (owner !== TOKEN && owner !== TOKEN_2022) return account
  if (data.length === 82 || (data.length > 165 && data[165] === 1))
    return data[45] === 1 ? { ...account, mint: mintOf(data) } : account
  const initialized = data.length >= 165 && (data[108] === 1 || data[108] === 2)
  return initialized ? { ...account, token: tokenOf(data) } : account
}

function tokenOf(data: Uint8Array): TokenState {
  const view = viewOf(data)
  return {
    mint: base58Of(data.subarray(0, 32)),
    owner: base58Of(data.subarray(32, 64)),
    amount: view.getBigUint64(64, true),
    delegate: option(data, 72),
    delegated: view.getBigUint64(121, true),
    frozen: data[108] === 2,
    reserve: view.getUint32(109, true) === 1 ? view.getBigUint64(113, true) : undefined,
    close: option(data, 129),
  }
}

function mintOf(data: Uint8Array): MintState {
  const view = viewOf(data)
  // Only one extension is used here: type 1, 108 bytes, the fee in force in its last 18.
  const fee =
    data.length > 166 && view.getUint16(166, true) === 1
      ? {
          basisPoints: BigInt(view.getUint16(170 + 106, true)),
          most: view.getBigUint64(170 + 98, true),
        }
      : undefined
  return {
    supply: view.getBigUint64(36, true),
    authority: option(data, 0),
    freeze: option(data, 46),
    fee,
  }
}

function option(data: Uint8Array, offset: number): string | undefined {
  const some = viewOf(data).getUint32(offset, true) === 1
  return some ? base58Of(data.subarray(offset + 4, offset + 36)) : undefined
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength)
}
