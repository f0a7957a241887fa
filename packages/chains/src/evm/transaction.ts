/**
 * An unsigned transaction, by its EIP-2718 type. Amounts and fees are in wei. Addresses are `0x` and
 * 40 hex digits: in lower case where they were read.
 */
export type Transaction =
  | LegacyTransaction
  | AccessListTransaction
  | FeeMarketTransaction
  | BlobTransaction
  | SetCodeTransaction

type Common = {
  readonly chainId: bigint
  readonly nonce: bigint
  readonly gasLimit: bigint
  /** Absent: creates a contract. */
  readonly to?: string
  readonly value: bigint
  readonly data: Uint8Array
}

/** With the chain id that EIP-155 puts into what is signed. */
export type LegacyTransaction = Common & { readonly type: 0; readonly gasPrice: bigint }

/** EIP-2930. */
export type AccessListTransaction = Common & {
  readonly type: 1
  readonly gasPrice: bigint
  readonly accessList: readonly AccessListEntry[]
}

/** EIP-1559. */
export type FeeMarketTransaction = Common & FeeMarket & { readonly type: 2 }

/** EIP-4844, without the blobs themselves. */
export type BlobTransaction = Common &
  FeeMarket & {
    readonly type: 3
    readonly to: string
    readonly maxFeePerBlobGas: bigint
    /** 32 bytes each. */
    readonly blobVersionedHashes: readonly Uint8Array[]
  }

/** EIP-7702. */
export type SetCodeTransaction = Common &
  FeeMarket & {
    readonly type: 4
    readonly to: string
    readonly authorizationList: readonly SignedAuthorization[]
  }

type FeeMarket = {
  readonly maxPriorityFeePerGas: bigint
  readonly maxFeePerGas: bigint
  readonly accessList: readonly AccessListEntry[]
}

export type AccessListEntry = {
  readonly address: string
  /** 32 bytes each. */
  readonly storageKeys: readonly Uint8Array[]
}

/** EIP-7702: `address`'s code acts as whoever signs this. */
export type Authorization = {
  /** 0: on every chain. */
  readonly chainId: bigint
  /** Zero: no code any more. */
  readonly address: string
  readonly nonce: bigint
}

export type SignedAuthorization = Authorization & {
  readonly yParity: bigint
  readonly r: bigint
  readonly s: bigint
}
