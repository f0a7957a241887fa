/**
 * What a request does, in words that policy and screen share.
 *
 * Amounts are exact, in base units (wei, satoshi, lamports, a token's smallest unit). Assets are
 * CAIP-19, chains CAIP-2. Addresses are in the chain's own writing (EVM with EIP-55 checksum).
 * Nothing here is a guess: what could not be read in full is a `call`, which says what is known.
 */

/** One request, explained. */
export type Explanation = {
  /** CAIP-2. */
  readonly chain: string
  /** CAIP-10 of the account that signs. */
  readonly account: string
  /** In the order in which they happen. */
  readonly intents: readonly Intent[]
  /** The most that it can cost, whoever pays. Absent: signing costs nothing. */
  readonly fee?: Fee
  /** What the request asserts and cannot prove by itself. Unknown to policy unless read by itself. */
  readonly claims: readonly Claim[]
  /** What can be used only once, so that signing twice can be noticed. */
  readonly uses: readonly Use[]
}

/** What the caller knows of its own: pinned in a list, or read from its own node. */
export type Facts = {
  /** By contract (EVM, lower case) or mint (Solana, Base58). */
  readonly tokens?: ReadonlyMap<string, TokenFact>
  /** Solana: who owns a token account, and of which mint it is. By its address. */
  readonly tokenAccounts?: ReadonlyMap<string, { readonly mint: string; readonly owner: string }>
  /** Solana: the addresses in a lookup table, read by the caller. By its address. */
  readonly tables?: ReadonlyMap<string, readonly string[]>
  /** Bitcoin: the amount of an outpoint, by `txid:vout`. */
  readonly amounts?: ReadonlyMap<string, bigint>
  /** Bitcoin: the output script of an outpoint in hex, by `txid:vout`. */
  readonly scripts?: ReadonlyMap<string, string>
}

export type TokenFact = {
  readonly standard: 'erc20' | 'erc721' | 'erc1155' | 'token'
  readonly symbol: string
  readonly decimals: number
}

export type Fee = {
  readonly asset: string
  /** On rollups without the fee of the chain that they post to: no field of a request bounds it. */
  readonly max: bigint
  readonly payer: string
  /** Whether this account pays. */
  readonly own: boolean
}

export type Claim =
  /** Solana: the accounts behind a lookup table are as the request says. */
  | { readonly kind: 'lookup-table'; readonly table: string }
  /** Bitcoin: an input's amount, and whose it is, are as the request says. */
  | { readonly kind: 'amount'; readonly outpoint: string; readonly amount: bigint }
  /** EVM: the contract is of the standard that was read, where two share a function. */
  | { readonly kind: 'standard'; readonly contract: string }

export type Use =
  | { readonly kind: 'nonce'; readonly account: string; readonly nonce: bigint }
  | { readonly kind: 'outpoint'; readonly outpoint: string; readonly amount: bigint }
  /** Valid for about a minute. */
  | { readonly kind: 'blockhash'; readonly blockhash: string }
  /** Valid until the nonce account moves on. */
  | { readonly kind: 'durable-nonce'; readonly account: string; readonly value: string }

export type Intent =
  | Transfer
  | Approve
  | ApproveAll
  | Revoke
  | Order
  | Call
  | Create
  | Upgrade
  | Delegate
  | SafeTransaction
  | Batch
  | SignIn
  | Message
  | TypedDataIntent
  | Payment
  | OpenAccount
  | CloseAccount
  | Assign
  | SetAuthority
  | AdvanceNonce
  | Burn
  | Mint
  | Freeze
  | Routine
  | Memo

/** Moves an asset. An NFT's number is in its asset id, and `amount` is 1 unless it has copies. */
export type Transfer = {
  readonly kind: 'transfer'
  readonly asset: string
  readonly amount: bigint
  readonly from: string
  readonly to: string
  /** Whose `from` is. Somebody else's: an allowance is used. */
  readonly fromOwn: boolean
  readonly toOwn: boolean
  /** Solana: the wallet behind the token account `to`, where the request proves it. */
  readonly toOwner?: string
  /** Signed for somebody else to bring to the chain (ERC-3009). Absent: this request does it. */
  readonly by?: 'signature'
  /** Unix seconds after which, and before which, it can be brought. */
  readonly starts?: bigint
  readonly ends?: bigint
}

/** Lets somebody take up to an amount, now or later. */
export type Approve = {
  readonly kind: 'approve'
  readonly asset: string
  readonly owner: string
  readonly spender: string
  /** `unlimited`: more than there are of any token. EVM: from 2^128. Solana: from half of 2^64. */
  readonly amount: bigint | 'unlimited'
  /** `increase` adds to what there is. */
  readonly change: 'set' | 'increase'
  /** A `permit` is a signature that anybody can bring to the chain, without a fee to the owner. */
  readonly by: 'call' | 'permit' | 'permit2'
  /** Unix seconds after which the allowance ends. Absent: never. */
  readonly until?: bigint
  /** Unix seconds after which the permit cannot be brought any more. */
  readonly deadline?: bigint
}

/** Lets somebody take everything of a collection, also what is bought later. */
export type ApproveAll = {
  readonly kind: 'approve-all'
  readonly collection: string
  readonly owner: string
  readonly operator: string
}

/** Takes a right away again, in full or (`decrease`) in part. */
export type Revoke = {
  readonly kind: 'revoke'
  readonly what: 'allowance' | 'operator' | 'delegation' | 'decrease'
  /** An asset or a collection; for a delegation the account. */
  readonly asset: string
  /** Absent: everybody's. */
  readonly spender?: string
  readonly by: 'call' | 'permit' | 'permit2'
}

export type OrderItem = {
  readonly asset: string
  /** The least that leaves or arrives over the life of the order, and the most. */
  readonly min: bigint
  readonly max: bigint
}

/** Signs a sale: whoever brings `receives` gets `gives`. */
export type Order = {
  readonly kind: 'order'
  readonly protocol: string
  readonly market: string
  readonly maker: string
  readonly gives: readonly OrderItem[]
  readonly receives: readonly (OrderItem & { readonly to: string; readonly toOwn: boolean })[]
  readonly starts?: bigint
  readonly ends?: bigint
}

/** Runs a program whose effect could not be read in full. */
export type Call = {
  readonly kind: 'call'
  /** Contract or program. */
  readonly target: string
  /** The chain's native unit that goes with it. */
  readonly value: bigint
  /** EVM: the first four bytes, in hex. */
  readonly selector?: string
  /** What is known of the function: its signature or the instruction's name. */
  readonly name?: string
  readonly dataLength: number
  /** Solana: accounts of this wallet that it may change. */
  readonly touches?: readonly string[]
  /** Solana: whether this wallet's signature is handed to the program. */
  readonly signs?: boolean
  /** Solana: how many of its accounts are behind a lookup table that nobody has read. Absent: none. */
  readonly hidden?: number
}

/** Puts a new contract on the chain. */
export type Create = {
  readonly kind: 'create'
  readonly value: bigint
  readonly codeLength: number
  /** Where it will live. */
  readonly address: string
}

/** Replaces the code behind an address. */
export type Upgrade = {
  readonly kind: 'upgrade'
  readonly target: string
  /** The new code; absent where a program's buffer is not named. */
  readonly implementation?: string
  /** A call that the new code makes at once, as the proxy. */
  readonly call?: Intent
}

/** EIP-7702: lets code act as an account. */
export type Delegate = {
  readonly kind: 'delegate'
  readonly authority: string
  readonly own: boolean
  readonly to: string
  /** 0: on every chain. */
  readonly chainId: bigint
  readonly nonce: bigint
}

/** A transaction of a Safe. With `delegatecall` the target's code runs as the Safe itself. */
export type SafeTransaction = {
  readonly kind: 'safe-transaction'
  readonly safe: string
  readonly operation: 'call' | 'delegatecall'
  readonly target: string
  /** What it does, as the Safe. */
  readonly inner: Intent
  /**
   * Paid by the Safe, `token` in CAIP-19; to the zero address: to whoever executes. `gasPrice` units
   * for each gas used, and for `baseGas` more, which can be any number. Absent: nobody is paid.
   */
  readonly refund?: {
    readonly token: string
    readonly to: string
    readonly gasPrice: bigint
    readonly baseGas: bigint
  }
  /** Signed for others to execute, or executed by this request. */
  readonly by: 'call' | 'signature'
}

export type Batch = {
  readonly kind: 'batch'
  /** All or nothing; otherwise it may stop halfway. */
  readonly atomic: boolean
  /** EVM: the contract that runs the steps. Absent: nobody stands between. */
  readonly through?: string
  readonly steps: readonly Intent[]
}

/** EIP-4361 or Sign-In With Solana. The caller compares it with who asks: {@link checkSignIn}. */
export type SignIn = {
  readonly kind: 'sign-in'
  readonly standard: 'siwe' | 'siws'
  readonly domain: string
  readonly scheme?: string
  readonly address: string
  readonly statement?: string
  readonly uri?: string
  readonly version?: string
  /** As written: a number (EIP-4361), a cluster's name or CAIP-2 (Solana). */
  readonly chainId?: string
  readonly nonce?: string
  readonly issuedAt?: string
  readonly expirationTime?: string
  readonly notBefore?: string
  readonly requestId?: string
  readonly resources: readonly string[]
}

/** Bytes that mean something to a person or a site, not to the chain. */
export type Message = {
  readonly kind: 'message'
  readonly address: string
  readonly bytes: Uint8Array
  /** Absent: not UTF-8. */
  readonly text?: string
  /** A sign-in that is not exactly one: it says almost what a login says. */
  readonly nearSignIn?: boolean
}

/** EIP-712 data of a type that has no words here. */
export type TypedDataIntent = {
  readonly kind: 'typed-data'
  readonly domain: readonly Field[]
  readonly primaryType: string
  readonly fields: readonly Field[]
}

export type Field = {
  readonly name: string
  readonly type: string
  /** An atom as text, or what a struct or array holds. */
  readonly value: string | readonly Field[]
}

/** A Bitcoin transaction, from this account's side. */
export type Payment = {
  readonly kind: 'payment'
  readonly inputs: readonly PaymentInput[]
  readonly outputs: readonly PaymentOutput[]
  /** What leaves this account, fee included; negative: more arrives. */
  readonly leaves: bigint
  /** Absent: a sighash type lets others add inputs, so nobody knows yet. */
  readonly fee?: bigint
  /** In units of 1/1000 satoshi for each virtual byte, rounded up. */
  readonly feeRate?: bigint
  /** Whether every output is fixed by every signature of ours. */
  readonly outputsFixed: boolean
  /** BIP-125: may be replaced before it confirms. */
  readonly replaceable: boolean
  /** Block height or Unix seconds, when not 0. */
  readonly lockTime?: number
}

export type PaymentInput = {
  /** `txid:vout` */
  readonly outpoint: string
  readonly address: string
  readonly amount: bigint
  readonly own: boolean
  /** Signed by this request. */
  readonly signed: boolean
  /** `all` also stands for Taproot's default. */
  readonly sighash?: Sighash
}

export type Sighash =
  | 'all'
  | 'none'
  | 'single'
  | 'all-anyone-can-pay'
  | 'none-anyone-can-pay'
  | 'single-anyone-can-pay'

export type PaymentOutput = {
  /** Absent: no address, for instance OP_RETURN. */
  readonly address?: string
  readonly script: Uint8Array
  readonly amount: bigint
  /** `change` only when derived from this account's own keys. */
  readonly to: 'other' | 'own' | 'change' | 'data'
}

/** Solana: pays the deposit of a new account. */
export type OpenAccount = {
  readonly kind: 'open-account'
  readonly address: string
  readonly payer: string
  /** The most that leaves the payer; absent: what the chain asks, decided when it runs. */
  readonly amount?: bigint
  /** The program that controls it. */
  readonly program: string
  /** A token account: whose, and of which mint. */
  readonly token?: { readonly owner: string; readonly mint: string; readonly ownerOwn: boolean }
}

export type CloseAccount = {
  readonly kind: 'close-account'
  readonly address: string
  /** Who gets the deposit. */
  readonly to: string
  readonly toOwn: boolean
}

/** Solana: hands an account to a program, with everything in it. */
export type Assign = {
  readonly kind: 'assign'
  readonly address: string
  readonly own: boolean
  readonly program: string
}

/**
 * Hands control of something to somebody, or takes it away. Solana: of an account, mint, nonce or
 * program. EVM: of a contract, to an owner, admin, role, or a Safe's module, guard or handler.
 */
export type SetAuthority = {
  readonly kind: 'set-authority'
  readonly address: string
  readonly authority: string
  /** Who has it; where others keep it as well, who gives it. */
  readonly from: string
  /** Absent: nobody, for good. */
  readonly to?: string
  readonly toOwn: boolean
  /** Safe: how many owners it takes from now on. */
  readonly threshold?: bigint
}

/** Solana: makes the transaction valid until a nonce account moves on, instead of for a minute. */
export type AdvanceNonce = {
  readonly kind: 'advance-nonce'
  readonly address: string
  readonly authority: string
}

export type Burn = {
  readonly kind: 'burn'
  readonly asset: string
  readonly amount: bigint
  readonly from: string
}

/** Solana: makes new units of a token. */
export type Mint = {
  readonly kind: 'mint'
  readonly asset: string
  readonly amount: bigint
  readonly to: string
  readonly toOwn: boolean
  readonly authority: string
}

/** Solana: stops everything that leaves or enters a token account, or lets it go again. */
export type Freeze = {
  readonly kind: 'freeze'
  readonly asset: string
  readonly address: string
  /** False: it is let go. */
  readonly frozen: boolean
}

/** Solana: an instruction that is known, moves nothing and gives nobody a right. */
export type Routine = {
  readonly kind: 'routine'
  readonly program: string
  readonly name: string
  /** The account that it is about. */
  readonly address: string
}

export type Memo = { readonly kind: 'memo'; readonly text: string }

/** Every intent, also those inside batches, Safe transactions and upgrades, outermost first. */
export function allIntents(intents: readonly Intent[]): Intent[] {
  return intents.flatMap((intent) => [intent, ...allIntents(innerOf(intent))])
}

function innerOf(intent: Intent): readonly Intent[] {
  if (intent.kind === 'batch') return intent.steps
  if (intent.kind === 'safe-transaction') return [intent.inner]
  if (intent.kind === 'upgrade' && intent.call) return [intent.call]
  return []
}
