import type * as z from 'zod'
import { type Family, type PageRequest, REQUEST_LENGTH } from '../messages/page-channel.ts'
import type { Background, Method } from './method.ts'
import { bitcoinMethods } from './methods/bitcoin.ts'
import { evmMethods } from './methods/evm.ts'
import { solanaMethods } from './methods/solana.ts'
import { ProviderError } from './provider-error.ts'

export type Methods = Readonly<Record<string, Method>>

const tables: Readonly<Record<Family, Methods>> = {
  evm: evmMethods,
  solana: solanaMethods,
  bitcoin: bitcoinMethods,
}

/**
 * Answers one request of a page.
 *
 * @param origin as the browser says, never as the page does.
 * @throws {ProviderError}
 */
export async function answer(
  { family, method: name, params }: PageRequest,
  origin: string,
  background: Background,
): Promise<z.core.util.JSONType> {
  // SECURITY: what a page puts into its messages by itself is bounded by nobody else. Test: src/background/router.test.ts "a request that is longer than any that can be signed is refused unread"
  if (JSON.stringify(params ?? null).length > REQUEST_LENGTH)
    throw new ProviderError('invalid-params')
  const table = tables[family]
  const found = Object.hasOwn(table, name) ? table[name] : undefined
  if (!found) throw new ProviderError('not-found')
  return found(params ?? [], origin, background)
}
