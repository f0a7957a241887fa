import { createHash } from 'node:crypto'
import { feeOf } from '../../../packages/chains/test/solana/fee.ts'
import { base58Of, bytes } from '../../../packages/chains/test/solana/addresses.ts'
import { readable } from '../../../packages/chains/test/solana/readable.ts'
import {
  NO_TRANSACTION,
  type Svm,
  type SvmAccount,
} from '../../../packages/chains/test/solana/svm.ts'

/** What the methods stand on. `landed`: the slot and error of each transaction, by its id. */
export type Rpc = {
  readonly vm: Svm
  readonly genesis: string
  readonly landed: Map<string, { readonly slot: bigint; readonly error?: string }>
  /** What recent blocks asked for, in micro-lamports for each compute unit. */
  prices: readonly number[]
}

/** A JSON-RPC error as a validator numbers it. */
export class RpcFault extends Error {
  override readonly name = 'RpcFault'
  readonly code: number
  readonly details: object | undefined

  constructor(code: number, message: string, details?: object) {
    super(message)
    this.code = code
    this.details = details
  }
}

type Method = (rpc: Rpc, params: readonly unknown[]) => unknown

/** A blockhash is valid for that many blocks. */
const LIFE = 150n
const TOKEN_PROGRAMS = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
]

/** Replies have the shape that agave validators give them. Blocks and slots are the same here. */
export const methods: Readonly<Record<string, Method>> = {
  getHealth: () => 'ok',
  getVersion: () => ({ 'solana-core': '3.0.0', 'feature-set': 0 }),
  getGenesisHash: ({ genesis }) => genesis,
  getSlot: ({ vm }) => vm.slot(),
  getBlockHeight: ({ vm }) => vm.slot(),
  getLatestBlockhash: (rpc) =>
    inContext(rpc, { blockhash: rpc.vm.blockhash(), lastValidBlockHeight: rpc.vm.slot() + LIFE }),
  isBlockhashValid: (rpc, [hash]) => inContext(rpc, hash === rpc.vm.blockhash()),
  getBalance: (rpc, [address]) =>
    inContext(rpc, rpc.vm.account(addressOf(address))?.lamports ?? 0n),
  getAccountInfo: (rpc, [address]) => inContext(rpc, accountOf(rpc, address)),
  getMultipleAccounts(rpc, [addresses]) {
    if (!Array.isArray(addresses) || addresses.length > 100)
      throw new RpcFault(-32602, 'Too many inputs provided; max 100')
    return inContext(
      rpc,
      addresses.map((address) => accountOf(rpc, address)),
    )
  },
  getTokenAccountsByOwner,
  getMinimumBalanceForRentExemption: ({ vm }, [size]) => vm.rent(Number(size)),
  getRecentPrioritizationFees: ({ vm, prices }) =>
    prices.map((prioritizationFee, index) => ({
      slot: vm.slot() - BigInt(prices.length - index),
      prioritizationFee,
    })),
  getFeeForMessage: (rpc, [message]) => inContext(rpc, feeOf(bytesOf(message))),
  simulateTransaction,
  sendTransaction,
  getSignatureStatuses: (rpc, [ids]) =>
    inContext(rpc, Array.isArray(ids) ? ids.map((id) => statusOf(rpc, String(id))) : []),
  requestAirdrop(rpc, [address, lamports]) {
    rpc.vm.airdrop(addressOf(address), BigInt(Number(lamports)))
    const id = base58Of(createHash('sha512').update(`airdrop ${rpc.landed.size}`).digest())
    rpc.landed.set(id, { slot: rpc.vm.slot() })
    rpc.vm.tick(1n)
    return id
  },
}

function inContext({ vm }: Rpc, value: unknown): object {
  return { context: { apiVersion: '3.0.0', slot: vm.slot() }, value }
}

function addressOf(value: unknown): string {
  const address = String(value)
  if (!/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(address) || bytes(address).length !== 32)
    throw new RpcFault(-32602, 'Invalid param: WrongSize')
  return address
}

function bytesOf(value: unknown, encoding = 'base64'): Uint8Array {
  const text = String(value)
  if (encoding === 'base58') return bytes(text)
  const decoded = Buffer.from(text, 'base64')
  if (decoded.toString('base64') !== text)
    throw new RpcFault(-32602, 'invalid base64 encoding: Invalid byte 0, offset 0.')
  return new Uint8Array(decoded)
}

function accountOf({ vm }: Rpc, address: unknown): object | null {
  const account = vm.account(addressOf(address))
  return account ? shown(account) : null
}

function shown({ data, executable, lamports, owner }: SvmAccount): object {
  return {
    data: [Buffer.from(data).toString('base64'), 'base64'],
    executable,
    lamports,
    owner,
    rentEpoch: 2n ** 64n - 1n,
    space: data.length,
  }
}

function getTokenAccountsByOwner(rpc: Rpc, [owner, filter]: readonly unknown[]): object {
  const { mint, programId } = filter as { mint?: string; programId?: string }
  const who = bytes(addressOf(owner))
  const what = mint === undefined ? undefined : bytes(addressOf(mint))
  const programs = programId === undefined ? TOKEN_PROGRAMS : [addressOf(programId)]
  const found = programs
    .flatMap((program) => [...rpc.vm.owned(program)])
    .filter(([, { data }]) => data.length >= 165 && (data.length === 165 || data[165] === 2))
    .filter(([, { data }]) => same(data.subarray(32, 64), who))
    .filter(([, { data }]) => !what || same(data.subarray(0, 32), what))
  return inContext(
    rpc,
    found.map(([pubkey, account]) => ({ pubkey, account: shown(account) })),
  )
}

const same = (a: Uint8Array, b: Uint8Array) => a.every((byte, index) => byte === b[index])

type Settings = {
  readonly encoding?: string
  readonly sigVerify?: boolean
  readonly replaceRecentBlockhash?: boolean
  readonly skipPreflight?: boolean
}

function wireOf(params: readonly unknown[]): { wire: Uint8Array; settings: Settings } {
  const settings = (params[1] ?? {}) as Settings
  const wire = bytesOf(params[0], settings.encoding ?? 'base58')
  if (wire.length > 1232)
    throw new RpcFault(-32602, `base64 encoded too large: ${wire.length} bytes (max: 1232 bytes)`)
  if (!readable(wire))
    throw new RpcFault(
      -32602,
      'failed to deserialize solana_transaction::versioned::VersionedTransaction: io error',
    )
  return { wire, settings }
}

function simulateTransaction(rpc: Rpc, params: readonly unknown[]): object {
  const { wire, settings } = wireOf(params)
  const { error, logs, units } = rpc.vm.simulate(wire, settings.sigVerify !== true)
  return inContext(rpc, {
    accounts: null,
    err: error === undefined ? null : errorOf(error),
    innerInstructions: null,
    loadedAccountsDataSize: 0,
    logs,
    replacementBlockhash: settings.replaceRecentBlockhash
      ? { blockhash: rpc.vm.blockhash(), lastValidBlockHeight: rpc.vm.slot() + LIFE }
      : null,
    returnData: null,
    unitsConsumed: units,
  })
}

function sendTransaction(rpc: Rpc, params: readonly unknown[]): string {
  const { wire, settings } = wireOf(params)
  const id = base58Of(wire.subarray(1, 65))
  if (!settings.skipPreflight) {
    const { error, logs, units } = rpc.vm.simulate(wire)
    if (error === 'SignatureFailure')
      throw new RpcFault(-32003, 'Transaction signature verification failure')
    if (error !== undefined)
      throw new RpcFault(-32002, `Transaction simulation failed: ${sentence(error)}`, {
        accounts: null,
        err: errorOf(error),
        logs,
        unitsConsumed: units,
      })
  }
  const { error } = rpc.vm.send(wire)
  // A validator forwards what it cannot execute, and nobody hears of it again.
  if (error === undefined || /^(Instruction|Insufficient\w+Rent)/.test(error))
    rpc.landed.set(id, { slot: rpc.vm.slot(), ...(error !== undefined && { error }) })
  rpc.vm.tick(1n)
  return id
}

function statusOf({ vm, landed }: Rpc, id: string): object | null {
  const found = landed.get(id)
  if (!found) return null
  const depth = vm.slot() - found.slot
  const err = found.error === undefined ? null : errorOf(found.error)
  return {
    slot: found.slot,
    confirmations: depth >= 32n ? null : depth,
    err,
    status: err === null ? { Ok: null } : { Err: err },
    confirmationStatus: depth >= 32n ? 'finalized' : depth >= 1n ? 'confirmed' : 'processed',
  }
}

/** `InstructionError(0, Custom(1))` as JSON: `{"InstructionError":[0,{"Custom":1}]}`. */
function errorOf(error: string): unknown {
  const [, index, custom, name] =
    /^InstructionError\((\d+), (?:Custom\((\d+)\)|(\w+))\)$/.exec(error) ?? []
  if (index !== undefined)
    return {
      InstructionError: [Number(index), custom === undefined ? name : { Custom: Number(custom) }],
    }
  const [, kind = error, account] = /^(\w+)\((\d+)\)$/.exec(error) ?? []
  if (kind === 'DuplicateInstruction') return { [kind]: Number(account) }
  return account === undefined ? error : { [kind]: { account_index: Number(account) } }
}

/** The words of the runtime (solana-transaction-error). */
function sentence(error: string): string {
  const [, index, custom, name] =
    /^InstructionError\((\d+), (?:Custom\((\d+)\)|(\w+))\)$/.exec(error) ?? []
  if (index !== undefined) {
    const what =
      custom === undefined ? name : `custom program error: 0x${Number(custom).toString(16)}`
    return `Error processing Instruction ${index}: ${what}`
  }
  return sentences[error.replace(/\(.*/, '')] ?? error
}

const sentences: Readonly<Record<string, string>> = {
  AlreadyProcessed: 'This transaction has already been processed',
  BlockhashNotFound: 'Blockhash not found',
  AccountNotFound: 'Attempt to debit an account but found no record of a prior credit.',
  InsufficientFundsForFee: 'Insufficient funds for fee',
  InsufficientFundsForRent: 'Transaction results in an account with insufficient funds for rent',
  [NO_TRANSACTION]: 'Transaction failed to sanitize accounts offsets correctly',
}
