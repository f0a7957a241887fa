import {
  type Account,
  type Chain,
  ChainError,
  type Digest,
  type Explanation,
  type Reading,
  type Warning,
  warnings as warningsOf,
} from '@tandem/chains'
import {
  type ControlMessage,
  type Entry,
  type SigningRequest,
  payloadHash,
  requestHash,
} from '@tandem/protocol'
import { ClientError } from './errors.ts'
import type { WalletRecord } from './wallet-record.ts'

type Request = Extract<ControlMessage, { type: 'request' }>

/** A request as it came, or as it was stored: then there is nothing to compare with. */
export type Asking = Pick<Request, 'requestId' | 'payload' | 'chain' | 'account'> &
  Partial<Pick<Request, 'entries' | 'hash'>>

/** A request that was read here, from the payload's own bytes. */
export type Read = {
  readonly reading: Reading
  readonly explanation: Explanation
  readonly warnings: readonly Warning[]
  /** What will be signed: computed here. */
  readonly request: SigningRequest
  readonly hash: Uint8Array
  readonly payload: Uint8Array
}

/**
 * Reads what a device wants signed. Nothing that the device computed is used: where it says what it
 * expects, it must say the same.
 *
 * @throws {ClientError}
 */
export function readRequest(
  message: Asking,
  record: WalletRecord,
  chain: Chain,
  account: Account,
): Read {
  const reading = readable(() => chain.read(message.payload, account))
  const explanation = readable(() => reading.explain())
  const entries = readable(() => reading.digests()).map((digest) => entryOf(digest, record))
  const hash = requestHash(entries)
  // SECURITY: a device that expects other digests reads the payload in another way, or lies about it. Test: test/signing.test.ts "a request whose digests differ from ours is refused"
  if (message.hash && !(isSame(hash, message.hash) && sameEntries(entries, message.entries ?? [])))
    throw new ClientError('mismatch', 'the payload gives other digests than the request names')
  return {
    reading,
    explanation,
    warnings: warningsOf(explanation),
    request: { requestId: message.requestId, entries },
    hash,
    payload: payloadHash(message.payload),
  }
}

function entryOf({ index, suite, path, message }: Digest, record: WalletRecord): Entry {
  const key = record.keys.find((one) => one.suite === suite)
  if (!key) throw new ClientError('mismatch', `the wallet has no key of suite ${suite}`)
  return { index, suite, keyId: key.keyId, path, message }
}

function sameEntries(ours: readonly Entry[], theirs: NonNullable<Asking['entries']>): boolean {
  return (
    ours.length === theirs.length &&
    ours.every(({ suite, keyId, path }, at) => {
      const other = theirs[at]
      return (
        other !== undefined &&
        suite === other.suite &&
        isSame(keyId, other.keyId) &&
        path.length === other.path.length &&
        path.every((part, index) => part === other.path[index])
      )
    })
  )
}

function readable<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    throw new ClientError('unreadable', error.message, error)
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
