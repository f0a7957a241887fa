import { allowRekey, allowRotation } from '../rotate.ts'
import { type WalletRecord, walletKey, walletWithKey } from '../wallet-record.ts'
import { byHex } from './by-hex.ts'
import { OperatorError } from './errors.ts'
import type { Inside } from './inside.ts'
import type { Command, Done } from './messages.ts'
import { isLost } from './wallet-views.ts'

type Rotate = Omit<Extract<Command, { command: 'rotate' }>, 'command'>

/** The operator allows new shares of a wallet, or a new setup for ECDSA, once. @throws {OperatorError} */
export async function allowNew(
  { parts, registry }: Pick<Inside, 'parts' | 'registry'>,
  { wallet: prefix, what, anyway = false }: Rotate,
): Promise<Done> {
  const { id: wallet, row } = await byHex(parts.view, 'wallet', prefix)
  const record = await walletWithKey(parts.store, walletKey(row.device, wallet))
  const instead = record && !anyway && (await whatElse(parts, record, what))
  if (instead) throw new OperatorError('refused', instead)
  await (what === 'shares' ? allowRotation : allowRekey)(parts, registry, wallet)
  return { done: true }
}

/** What is to be done in the place of something that cannot be done. */
async function whatElse(
  parts: Inside['parts'],
  record: WalletRecord,
  what: Rotate['what'],
): Promise<string | undefined> {
  const device = await parts.view.get('device', record.device)
  if (device?.revokedAt !== undefined)
    return 'its device was revoked, and nobody else can begin it: recover the wallet with its recovery phrase'
  if (await isLost(parts, record))
    return 'its device has newer shares than this co-signer: use the co-signer that has them, restore a newer backup, or recover the wallet with its recovery phrase. If you know that the device has these shares again, say --anyway'
  if (record.setBack === true && what === 'setup')
    return 'what this co-signer keeps is an older copy, and the wallet needs new shares: tandem rotate without --setup, once no other copy of it runs'
  return undefined
}
