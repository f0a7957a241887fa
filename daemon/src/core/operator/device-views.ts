import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { allDevices } from '../devices.ts'
import { byPrefix } from './by-prefix.ts'
import type { Inside } from './inside.ts'
import type { DeviceView, Done } from './messages.ts'

/** A device is called by its identity, in hex. */
export async function devices({ parts }: Pick<Inside, 'parts'>): Promise<DeviceView[]> {
  const rows = await allDevices(parts.store)
  return rows.map(({ identityPk, name, pairedAt, revokedAt }) => ({
    id: hex(identityPk),
    name,
    pairedAt: new Date(pairedAt).toISOString(),
    ...(revokedAt !== undefined && { revokedAt: new Date(revokedAt).toISOString() }),
  }))
}

export async function revoke({ parts, registry }: Inside, prefix: string): Promise<Done> {
  const all = await allDevices(parts.store)
  const { noisePk } = byPrefix('device', all, ({ identityPk }) => hex(identityPk), prefix)
  return { done: await registry.revoke(noisePk) }
}
