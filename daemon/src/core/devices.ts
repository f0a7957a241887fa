import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Pinned, equalBytes } from '@tandem/protocol'
import * as z from 'zod'
import type { Store } from '../ports/store.ts'
import { bytes, decodeRow, encodeRow, time } from './encoding.ts'
import { encodeEvent } from './event.ts'
import type { Device } from './parts.ts'

const DeviceRow = z.strictObject({
  id: z.int(),
  identityPk: bytes(32),
  noisePk: bytes(32),
  name: z.string().max(64),
  /** Of the browser extension that it is; absent: no browser. */
  origin: z.string().max(128).exactOptional(),
  pairedAt: time,
  revokedAt: time.optional(),
})

/** A paired device by the key that it calls with. */
export async function deviceBy(store: Store, noisePk: Uint8Array): Promise<Device | undefined> {
  const stored = await store.get('device', noisePk)
  if (!stored) return undefined
  const { revokedAt, pairedAt: _, ...device } = decodeRow(DeviceRow, stored)
  return { ...device, revoked: revokedAt !== undefined }
}

/** The keys that an identity pairs with: one pair, once and for all. */
const identityKey = (identityPk: Uint8Array): Uint8Array =>
  concatBytes(utf8ToBytes('device'), identityPk)

/**
 * Remembers a device that just proved the secret of an invitation.
 *
 * @returns nothing for one that was revoked, or that comes with one of another device's keys.
 */
export async function pinDevice(
  store: Store,
  pinned: Pinned,
  at: Date,
  origin?: string,
): Promise<Device | undefined> {
  const { id, identityPk, noisePk } = pinned
  const known = await deviceBy(store, noisePk)
  const calledWith = await store.get('meta', identityKey(identityPk))
  const isSame = known?.origin === origin && known && equalBytes(known.identityPk, identityPk)
  // It has paired before, and did not hear of it.
  if (isSame && !known.revoked) return known
  // SECURITY: who was revoked comes back under no new key, nor a second time by an invitation. Test: test/pairing.test.ts "a device that was revoked does not pair again, under its old key or a new one"
  if (known || calledWith) return undefined
  const name = `device ${bytesToHex(identityPk.subarray(0, 4))}`
  const from = origin === undefined ? {} : { origin }
  const row = { id, identityPk, noisePk, name, ...from, pairedAt: at.getTime() }
  await store.commit({
    rows: [
      { table: 'device', key: noisePk, value: encodeRow(DeviceRow, row) },
      { table: 'meta', key: identityKey(identityPk), value: noisePk },
    ],
    events: [encodeEvent({ type: 'paired', at: at.getTime(), identityPk, noisePk, name })],
  })
  return { id, identityPk, noisePk, name, ...from, revoked: false }
}

/** Ends what a device may do, for good. @returns whether it was one that could. */
export async function revokeDevice(store: Store, noisePk: Uint8Array, at: Date): Promise<boolean> {
  const stored = await store.get('device', noisePk)
  if (!stored) return false
  const row = decodeRow(DeviceRow, stored)
  if (row.revokedAt !== undefined) return false
  const value = encodeRow(DeviceRow, { ...row, revokedAt: at.getTime() })
  await store.commit({
    rows: [{ table: 'device', key: noisePk, value }],
    events: [encodeEvent({ type: 'revoked', at: at.getTime(), identityPk: row.identityPk })],
  })
  return true
}
