/** What the co-signer said of itself and of who shares its wallets, kept for when it is away. */
import { bytesToHex } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { InspectedView } from '../../messages/cosigner.ts'
import { sealedRow } from './sealed-row.ts'
import type { Control } from './talk.ts'

const Device = z.strictObject({
  /** Of its identity, in hex. */
  id: z.string(),
  name: z.string(),
  pairedAt: z.number(),
  signedAt: z.number().optional(),
})
const Row = z.strictObject({
  at: z.number(),
  sealing: z.enum(['key-file', 'passphrase', 'pkcs11', 'tpm']),
  devices: z.array(Device),
})
export type Inspected = z.infer<typeof Row>

export const inspectedRow = sealedRow('inspected', Row)

/** What an answer says, in this browser's own terms. */
export const inspectedOf = (
  { sealing, devices }: Pick<Control<'inspection'>, 'sealing' | 'devices'>,
  at: number,
): Inspected => ({
  at,
  sealing,
  devices: devices.map(({ identityPk, name, pairedAt, signedAt }) => ({
    id: bytesToHex(identityPk),
    name: readable(name),
    pairedAt: timeOf(pairedAt),
    ...(signedAt !== undefined && { signedAt: timeOf(signedAt) }),
  })),
})

/** This browser first, then whoever signed or was paired last. */
export const inspectedView = (
  { at, sealing, devices }: Inspected,
  me: string | undefined,
): InspectedView => ({
  at,
  sealing,
  devices: devices
    .map((device) => ({ ...device, isThis: device.id === me }))
    .toSorted((a, b) => Number(b.isThis) - Number(a.isThis) || lastOf(b) - lastOf(a)),
})

const lastOf = ({ pairedAt, signedAt }: Inspected['devices'][number]): number =>
  Math.max(pairedAt, signedAt ?? 0)

/** A name is words of somebody else: nothing in it may turn the line around, or hide. */
const readable = (name: string): string => name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')

/** The last moment that a calendar has. */
const LAST = 8_640_000_000_000_000n

const timeOf = (at: bigint): number => Number(at < LAST ? at : LAST)
