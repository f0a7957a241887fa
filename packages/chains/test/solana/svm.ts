import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { base58 } from '@scure/base'
import { Account, FailedTransactionMetadata, LiteSvm } from 'litesvm/dist/internal.js'
import { readable } from './readable.ts'

/** A plain key, made from a name, so that every run has the same. */
export type Key = {
  readonly address: string
  readonly publicKey: Uint8Array
  readonly sign: (message: Uint8Array) => Uint8Array
}

export type SvmAccount = {
  readonly lamports: bigint
  readonly owner: string
  readonly data: Uint8Array
  readonly executable: boolean
}

/** What became of a transaction. `error`: nothing of it happened, the fee apart. */
export type Outcome = {
  readonly error?: string
  readonly logs: readonly string[]
  readonly units: bigint
}

/** The Solana virtual machine in this process, with bytes at its door: it parses them itself. */
export type Svm = {
  blockhash(): string
  /** The blockhash before is not valid any more. */
  expire(): void
  slot(): bigint
  /** Moves the clock on. The blockhash stays valid, as it would for 150 slots. */
  tick(slots: bigint): void
  account(address: string): SvmAccount | undefined
  set(address: string, account: SvmAccount): void
  owned(program: string): Map<string, SvmAccount>
  rent(bytes: number): bigint
  airdrop(address: string, lamports: bigint): void
  /** Executes wire bytes. The error of bytes that are no transaction is {@link NO_TRANSACTION}. */
  send(wire: Uint8Array): Outcome
  /** Executes them without effect, and without signatures or blockhash where `lax`. */
  simulate(wire: Uint8Array, lax?: boolean): Outcome & { accounts: Map<string, SvmAccount> }
  /** By base58 signature, of what was executed here. */
  executed(id: string): Outcome | undefined
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Signs with OpenSSL, which knows nothing of the code under test. */
export function key(name: string): Key {
  const secret = createHash('sha256').update(`tandem test key ${name}`).digest()
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8, secret]),
    format: 'der',
    type: 'pkcs8',
  })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const publicKey = new Uint8Array(spki.subarray(-32))
  return {
    address: base58.encode(publicKey),
    publicKey,
    sign: (message) => new Uint8Array(sign(undefined, message, privateKey)),
  }
}

export const NO_TRANSACTION = 'no transaction'

const SYSTEM = '11111111111111111111111111111111'

export function svm(): Svm {
  const engine = new LiteSvm()
  engine.withNativeMints()
  return {
    blockhash: () => engine.latestBlockhash(),
    expire: () => {
      engine.expireBlockhash()
    },
    slot: () => engine.getClock().slot,
    tick: (slots) => {
      engine.warpToSlot(engine.getClock().slot + slots)
    },
    account(address) {
      const account = engine.getAccount(bytesOf(address))
      return account ? toAccount(account) : undefined
    },
    set(address, { lamports, owner, data, executable }) {
      engine.setAccount(
        base58.decode(address),
        new Account(lamports, data, base58.decode(owner), executable, 0n),
      )
    },
    owned: (program) =>
      new Map(
        engine
          .getProgramAccounts(base58.decode(program))
          .map((found) => [base58.encode(found.address), toAccount(found.account())]),
      ),
    rent: (bytes) => engine.minimumBalanceForRentExemption(BigInt(bytes)),
    airdrop(address, lamports) {
      const held = engine.getBalance(base58.decode(address)) ?? 0n
      this.set(address, {
        lamports: held + lamports,
        owner: SYSTEM,
        data: new Uint8Array(),
        executable: false,
      })
    },
    send: (wire) =>
      readable(wire)
        ? outcome(engine.sendVersionedTransaction(wire))
        : { error: NO_TRANSACTION, logs: [], units: 0n },
    simulate(wire, lax = false) {
      if (!readable(wire))
        return { error: NO_TRANSACTION, logs: [], units: 0n, accounts: new Map() }
      engine.setSigverify(!lax)
      engine.setBlockhashCheck(!lax)
      try {
        const result = engine.simulateVersionedTransaction(wire)
        if (result instanceof FailedTransactionMetadata)
          return { ...outcome(result), accounts: new Map() }
        const accounts = result
          .postAccounts()
          .map((found) => [base58.encode(found.address), toAccount(found.account())] as const)
        return { ...outcome(result.meta()), accounts: new Map(accounts) }
      } finally {
        engine.setSigverify(true)
        engine.setBlockhashCheck(true)
      }
    },
    executed(id) {
      const found = engine.getTransaction(base58.decode(id))
      return found ? outcome(found) : undefined
    },
  }
}

type Result = ReturnType<LiteSvm['sendVersionedTransaction']>

function outcome(result: Result): Outcome {
  if (result instanceof FailedTransactionMetadata) {
    const meta = result.meta()
    return { error: nameOf(result.err()), logs: meta.logs(), units: meta.computeUnitsConsumed() }
  }
  return { logs: result.logs(), units: result.computeUnitsConsumed() }
}

/** The runtime's own names: `BlockhashNotFound`, `InstructionError(0, Custom(1))`. */
function nameOf(error: ReturnType<FailedTransactionMetadata['err']>): string {
  if (typeof error === 'number') return names[error] ?? String(error)
  const index = 'index' in error ? error.index : error.accountIndex
  const [, code] = /code: (\d+)/.exec(String(error)) ?? []
  const [, name] = /error: (\w+)/.exec(String(error)) ?? []
  if (code !== undefined) return `InstructionError(${index}, Custom(${code}))`
  if (name !== undefined) return `InstructionError(${index}, ${name})`
  const kind = String(error).split(' ')[0] ?? ''
  return `${kind.replace(/^TransactionError/, '')}(${index})`
}

/** In the order of the runtime's `TransactionError`, those with fields left out. */
const names: readonly string[] =
  `AccountInUse AccountLoadedTwice AccountNotFound ProgramAccountNotFound InsufficientFundsForFee
  InvalidAccountForFee AlreadyProcessed BlockhashNotFound CallChainTooDeep MissingSignatureForFee
  InvalidAccountIndex SignatureFailure InvalidProgramForExecution SanitizeFailure
  ClusterMaintenance AccountBorrowOutstanding WouldExceedMaxBlockCostLimit UnsupportedVersion
  InvalidWritableAccount WouldExceedMaxAccountCostLimit WouldExceedAccountDataBlockLimit
  TooManyAccountLocks AddressLookupTableNotFound InvalidAddressLookupTableOwner
  InvalidAddressLookupTableData InvalidAddressLookupTableIndex InvalidRentPayingAccount
  WouldExceedMaxVoteCostLimit WouldExceedAccountDataTotalLimit MaxLoadedAccountsDataSizeExceeded
  ResanitizationNeeded InvalidLoadedAccountsDataSizeLimit UnbalancedTransaction
  ProgramCacheHitMaxLimit CommitCancelled`.split(/\s+/)

const encoded = new Map<string, string>()

/** Owners are few. */
function textOf(bytes: Uint8Array): string {
  const name = String.fromCharCode(...bytes)
  const found = encoded.get(name) ?? base58.encode(bytes)
  encoded.set(name, found)
  return found
}

const decoded = new Map<string, Uint8Array>()

function bytesOf(address: string): Uint8Array {
  const found = decoded.get(address) ?? base58.decode(address)
  decoded.set(address, found)
  return found
}

function toAccount(account: Account): SvmAccount {
  return {
    lamports: account.lamports(),
    owner: textOf(account.owner()),
    data: account.data(),
    executable: account.executable(),
  }
}
