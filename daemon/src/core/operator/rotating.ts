import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { allowRekey, allowRotation } from '../rotate.ts'
import { allWallets } from '../wallet-record.ts'
import { byPrefix } from './by-prefix.ts'
import type { Inside } from './inside.ts'
import type { Done } from './messages.ts'

/** The operator allows new shares of a wallet, or a new setup for ECDSA, once. @throws {OperatorError} */
export async function allowNew(
  { parts, registry }: Inside,
  prefix: string,
  what: 'shares' | 'setup',
): Promise<Done> {
  const all = await allWallets(parts.store)
  const { wallet } = byPrefix('wallet', all, (record) => hex(record.wallet), prefix)
  await (what === 'shares' ? allowRotation : allowRekey)(parts, registry, wallet)
  return { done: true }
}
