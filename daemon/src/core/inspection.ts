import { bytesToHex } from '@noble/hashes/utils.js'
import type { ControlMessage } from '@tandem/protocol'
import type { Device, Parts } from './parts.ts'
import { walletsOf } from './wallet-record.ts'

type Inspection = Extract<ControlMessage, { type: 'inspection' }>

/** As many as one answer names, the device that asks among them. */
const MOST = 64

/** What one device may know: how this machine keeps its secrets, who shares its wallets, and which of its passkeys count. */
export async function inspectionFor(
  { store, view, keys, factors }: Pick<Parts, 'store' | 'view' | 'keys' | 'factors'>,
  { identityPk }: Pick<Device, 'identityPk'>,
): Promise<Inspection> {
  const sharing = new Map([[bytesToHex(identityPk), { identityPk, signedAt: 0 }]])
  // Only what it holds itself is looked at: a device learns nothing of who shares no wallet with it.
  for (const { wallet } of await walletsOf(store, identityPk)) {
    const row = await view.get('wallet', wallet)
    if (!row) continue
    const name = bytesToHex(row.device)
    const signedAt = Math.max(sharing.get(name)?.signedAt ?? 0, row.lastSignedAt ?? 0)
    sharing.set(name, { identityPk: row.device, signedAt })
  }
  const devices: Inspection['devices'] = []
  for (const { identityPk: id, signedAt } of sharing.values()) {
    const row = await view.get('device', id)
    if (!row || row.revokedAt !== undefined) continue
    const { name, pairedAt } = row
    const signed = signedAt > 0 ? { signedAt: BigInt(signedAt) } : {}
    devices.push({ identityPk: id, name, pairedAt: BigInt(pairedAt), ...signed })
  }
  const passkeys = await factors.passkeys.counting(identityPk)
  // SECURITY: an answer that is longer than its message would be none, and who is in it could not be revoked. Test: test/inspection.test.ts "of more devices than an answer names, the one that asks is among them"
  return { type: 'inspection', devices: devices.slice(0, MOST), passkeys, sealing: keys.kind }
}
