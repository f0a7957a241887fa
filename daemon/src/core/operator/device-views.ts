import { bytesToHex as hex, hexToBytes } from '@noble/hashes/utils.js'
import type { RowOf } from '../projections/rows.ts'
import { byHex } from './by-hex.ts'
import type { Inside } from './inside.ts'
import type { DeviceView, Devices, Done, Page } from './messages.ts'

/** A device is called by its identity, in hex, and they are in that order. */
export async function devices(
  { parts }: Pick<Inside, 'parts'>,
  { after, limit = 100 }: Page,
): Promise<Devices> {
  const rows = await parts.view.list('device', {
    limit,
    ...(after !== undefined && { after: hexToBytes(after) }),
  })
  const last = rows.length < limit ? undefined : rows.at(-1)
  return {
    devices: rows.map(({ id, row }) => viewOf(id, row)),
    ...(last && { next: hex(last.id) }),
  }
}

/** One of them. */
export async function device(
  { parts }: Pick<Inside, 'parts'>,
  id: string,
): Promise<DeviceView | undefined> {
  const row = await parts.view.get('device', hexToBytes(id))
  return row && viewOf(hexToBytes(id), row)
}

function viewOf(id: Uint8Array, { name, pairedAt, revokedAt }: RowOf<'device'>): DeviceView {
  return {
    id: hex(id),
    name,
    pairedAt: new Date(pairedAt).toISOString(),
    ...(revokedAt !== undefined && { revokedAt: new Date(revokedAt).toISOString() }),
  }
}

export async function revoke({ parts, registry }: Inside, prefix: string): Promise<Done> {
  const { row } = await byHex(parts.view, 'device', prefix)
  return { done: await registry.revoke(row.noisePk) }
}
