import { allowRekey, allowRotation } from '../rotate.ts'
import { byHex } from './by-hex.ts'
import type { Inside } from './inside.ts'
import type { Done } from './messages.ts'

/** The operator allows new shares of a wallet, or a new setup for ECDSA, once. @throws {OperatorError} */
export async function allowNew(
  { parts, registry }: Inside,
  prefix: string,
  what: 'shares' | 'setup',
): Promise<Done> {
  const { id: wallet } = await byHex(parts.view, 'wallet', prefix)
  await (what === 'shares' ? allowRotation : allowRekey)(parts, registry, wallet)
  return { done: true }
}
