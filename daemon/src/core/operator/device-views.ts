import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { allDevices, revokeDevice } from '../devices.ts'
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

export async function revoke({ parts, drop }: Inside, prefix: string): Promise<Done> {
  const all = await allDevices(parts.store)
  const { noisePk } = byPrefix('device', all, ({ identityPk }) => hex(identityPk), prefix)
  const done = await revokeDevice(parts.store, noisePk, parts.now())
  drop(noisePk)
  return { done }
}
