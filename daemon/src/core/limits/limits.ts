import { bytesToHex as hex } from '@noble/hashes/utils.js'
import type { Clock } from '../../ports/clock.ts'
import { bucket } from './bucket.ts'
import { buckets } from './buckets.ts'

/** How much anybody may ask of the daemon. Each kind of caller has a budget of its own. */
export type Limits = {
  /** Whether a handshake by a device's key may be answered. It counts until {@link proven}. */
  readonly handshake: (noisePk: Uint8Array, address: string) => boolean
  /** Who called by this key has it. */
  readonly proven: (noisePk: Uint8Array, address: string) => void
  /** Waits until one more frame of a device is due. */
  readonly frame: (device: Uint8Array) => Promise<void>
  /** Waits until one more request to a wallet is due. */
  readonly request: (wallet: Uint8Array) => Promise<void>
  /** Whether one more ceremony may begin: each is a thread, and a second of it. */
  readonly ceremony: (device: Uint8Array) => boolean
  /** Whether one more refusal may be written down, of this device or of strangers. */
  readonly refusal: (device: Uint8Array | undefined) => boolean
}

/** Handshakes of one key from one address that end in nothing. */
const HANDSHAKES = { burst: 50, perSecond: 2 }
/** Ceremonies of one device. */
const CEREMONIES = { burst: 100, perSecond: 1 }
/** Rows that one device, or all strangers together, may add to the log by being refused. */
const REFUSALS = { burst: 200, perSecond: 1 }
const STRANGERS = { burst: 60, perSecond: 1 / 20 }

/** How much faster than one device all may be together, and how much slower one wallet is. */
const ALL = 10
const WALLET = 5
/** What may come at once, in seconds of the rate. */
const BURST_S = 5

/** @param perSecond frames of one device. */
export function limits(perSecond: number, { now, after }: Clock): Limits {
  const rate = (times: number) => ({
    burst: perSecond * times * BURST_S,
    perSecond: perSecond * times,
  })
  const handshakes = buckets(HANDSHAKES, now)
  const frames = buckets(rate(1), now)
  const all = bucket(rate(ALL), now)
  const requests = buckets(rate(1 / WALLET), now)
  const ceremonies = buckets(CEREMONIES, now)
  const refusals = buckets(REFUSALS, now)
  const strangers = bucket(STRANGERS, now)
  const caller = (noisePk: Uint8Array, address: string) => handshakes(`${hex(noisePk)} ${address}`)

  async function wait(ms: number): Promise<void> {
    if (ms === 0) return
    const due = Promise.withResolvers<void>()
    after(ms, async () => due.resolve())
    await due.promise
  }

  return {
    handshake: (noisePk, address) => caller(noisePk, address).take(),
    proven: (noisePk, address) => caller(noisePk, address).giveBack(),
    frame: (device) => wait(Math.max(frames(hex(device)).reserve(), all.reserve())),
    request: (wallet) => wait(requests(hex(wallet)).reserve()),
    ceremony: (device) => ceremonies(hex(device)).take(),
    refusal: (device) => (device ? refusals(hex(device)) : strangers).take(),
  }
}
