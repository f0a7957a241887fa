import type { ChainClient } from '@tandem/chains'
import { EngineError, type SignedView } from '../messages/engine.ts'

/**
 * Sends what was signed. Several go in order, and end with the first that the network does not take:
 * what comes after it may need what it would have done.
 *
 * @returns the id of the last that was sent @throws when none was
 */
export async function submitted(client: ChainClient, signed: SignedView): Promise<string> {
  if (signed.type === 'transaction') return client.submit(signed)
  if (signed.type !== 'transactions')
    throw new EngineError('partial', 'this still lacks a signature')
  let last: string | undefined
  for (const one of signed.transactions)
    try {
      last = await client.submit({ type: 'transaction', ...one })
    } catch (error) {
      if (last === undefined) throw error
      return last
    }
  if (last === undefined) throw new EngineError('partial', 'there is nothing to send')
  return last
}
