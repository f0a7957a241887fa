import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type ControlMessage, type Ledger, type Mark, rekeyDelayMs } from '@tandem/protocol'
import * as z from 'zod'
import type { Batch, Store } from '../ports/store.ts'
import { decodeRow, encodeRow, time } from './encoding.ts'
import type { Parts } from './parts.ts'
import type { WalletRecord } from './wallet-record.ts'

/** The burn of a wallet's OT setup that no fresh one has followed yet, and how many there were. */
const BurnRow = z.strictObject({ at: time, burns: z.int() })

const burnKey = (wallet: Uint8Array): Uint8Array => Uint8Array.of(...wallet, ...utf8ToBytes('burn'))

/** What a burn adds to the transaction of its mark. */
export function burnRows(
  wallet: Uint8Array,
  marks: readonly Mark[],
  { pair }: Ledger,
  at: Date,
): NonNullable<Batch['rows']> {
  if (marks.every(({ type }) => type !== 'burned')) return []
  const value = encodeRow(BurnRow, { at: at.getTime(), burns: pair.burns })
  return [{ table: 'pair', key: burnKey(wallet), value }]
}

/** What a fresh setup adds to its transaction. */
export const freshRow = (wallet: Uint8Array) => ({ table: 'pair', key: burnKey(wallet) }) as const

async function burnOf(store: Store, wallet: Uint8Array) {
  const stored = await store.get('pair', burnKey(wallet))
  return stored && decodeRow(BurnRow, stored)
}

/** From when on a fresh OT setup for this wallet is taken, in milliseconds since 1970. */
export async function notBefore(store: Store, wallet: Uint8Array): Promise<number> {
  const burn = await burnOf(store, wallet)
  return burn ? burn.at + rekeyDelayMs(burn.burns) : 0
}

/** Whether a RE-OT may begin: a person here has agreed since the burn, and its time has come. */
export async function mayReOt(
  { store, now, span }: Pick<Parts, 'store' | 'now' | 'span'>,
  { wallet, allowed }: WalletRecord,
): Promise<boolean> {
  const burn = await burnOf(store, wallet)
  // SECURITY: without a person, a device that lies learns one bit of a fresh setup after the other. Test: test/re-ot.test.ts "a burned wallet waits for a person here, and for its time"
  if (allowed?.reOt === undefined || (burn && allowed.reOt < burn.at)) return false
  // SECURITY: guesses that cost nothing but a click are made by the hundred. Test: test/re-ot.test.ts "a burned wallet waits for a person here, and for its time"
  return (span?.().earliest ?? now()).getTime() >= (await notBefore(store, wallet))
}

/** Tells the device that no ECDSA is signed before a RE-OT, which one, and from when on. */
export async function pairRekey(
  { store }: Pick<Parts, 'store'>,
  wallet: Uint8Array,
  { epoch, otNo }: { readonly epoch: number; readonly otNo: number },
): Promise<ControlMessage> {
  const from = BigInt(await notBefore(store, wallet))
  return { type: 'pair-rekey', keyId: wallet, epoch, otNo, notBefore: from }
}
