import type { RequestEntry } from '../wire/request-hash.ts'

/** One thing to sign under a request: a Bitcoin transaction has one entry an input. */
export type Entry = RequestEntry

/** What a person asked for. The id, 16 random bytes of the device, is bound to the whole list. */
export type SigningRequest = {
  readonly requestId: Uint8Array
  readonly entries: readonly Entry[]
}
