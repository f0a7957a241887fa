import type { Account, OwnAddress } from './account.ts'
import type { Explanation, Facts } from './intent.ts'
import type { Network } from './networks.ts'
import type { PayloadKind } from './payload.ts'
import type { Path, PublicKeyAt, Suite } from './suite.ts'

/** Everything that differs between chains. To add a chain, write one folder that exports this. */
export interface Chain {
  readonly network: Network

  /**
   * The addresses of one account, in a fixed order.
   *
   * @param count how many of each kind, where a chain has many (Bitcoin). Others have one.
   */
  addresses(keyAt: PublicKeyAt, account: number, count?: number): OwnAddress[]

  /**
   * An address that somebody typed or a site gave, as this chain writes it.
   *
   * @throws {ChainError} `checksum`, `wrong-chain` (another network's), `not-valid`.
   */
  checkAddress(text: string): string

  /**
   * Reads a request in full, or not at all.
   *
   * @param payload what both sides hold, as {@link encodePayload} made it.
   * @throws {ChainError} the bytes are not exactly one request that `account` can sign here.
   */
  read(payload: Uint8Array, account: Account): Reading
}

/** A request that was read: what it means, what is signed, and the result. */
export type Reading = {
  readonly kind: PayloadKind

  /** What the request does. `facts` are only what the caller has read or pinned itself. */
  explain(facts?: Facts): Explanation

  /** What is to be signed, in order. SECURITY: computed here from the payload, never taken from a peer. Test: src/evm/evm.test.ts "the digest is of the bytes that were explained" */
  digests(): Digest[]

  /**
   * Puts signatures into the request, one for each digest and in that order, each verified first.
   * ECDSA: 65 bytes, r ‖ s ‖ recovery id. BIP-340 and Ed25519: 64 bytes.
   *
   * @throws {ChainError} `signature`
   */
  assemble(signatures: readonly Uint8Array[]): Signed
}

/** One signature that a request needs. */
export type Digest = {
  readonly index: number
  readonly suite: Suite
  readonly path: Path
  /** 32 bytes to be signed, for Ed25519 the message itself. */
  readonly message: Uint8Array
}

/** What came of a request. */
export type Signed =
  /** Ready to be sent to the chain. `id` is the transaction's own. */
  | {
      readonly type: 'transaction'
      readonly id: string
      readonly raw: Uint8Array
      /** Bitcoin: the same as a PSBT in which every input is final. */
      readonly psbt?: Uint8Array
      /** Bitcoin: a PSBT with our signatures, for somebody else to make final. */
      readonly unfinalized?: Uint8Array
    }
  /** One for each transaction of a batch, in order. */
  | { readonly type: 'transactions'; readonly transactions: readonly Complete[] }
  /** Signed by us, and somebody else's signature is still missing. */
  | {
      readonly type: 'partial'
      readonly raw: Uint8Array
      /** Bitcoin: as above. In `raw` our inputs are final. */
      readonly unfinalized?: Uint8Array
    }
  /** A signed message: the signature in the form that the chain's verifiers take. */
  | { readonly type: 'signature'; readonly signature: Uint8Array }

export type Complete = { readonly id: string; readonly raw: Uint8Array }
