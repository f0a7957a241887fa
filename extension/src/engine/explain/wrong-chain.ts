import { type Account, ChainError, type Network, decodePayload } from '@tandem/chains'
import * as z from 'zod'
import type { Explained } from '../../messages/engine.ts'

/**
 * Typed data for another chain: it is not read here, and the person is told what it is for.
 *
 * @param error what reading it said. Anything else than a wrong chain is no business of this.
 */
export function wrongChain(
  error: unknown,
  payload: Uint8Array,
  account: Account,
  network: Network,
): Explained | undefined {
  if (!(error instanceof ChainError) || error.code !== 'wrong-chain') return undefined
  const { kind, parts } = decodePayload(payload)
  const [, json] = parts
  if (kind !== 'typed-data' || !json) return undefined
  const wants = chainIn(new TextDecoder().decode(json))
  if (wants === undefined) return undefined
  const { id: chain } = network
  return {
    explanation: { chain, account: account.id, intents: [], claims: [], uses: [] },
    warnings: [],
    hash: '',
    concerns: [],
    parties: {},
    network,
    refusal: { code: 'chain', wants, is: chain },
  }
}

/** Where a document says that it is valid; tokens on Polygon say it as the salt. */
const Document = z.object({
  domain: z.object({
    chainId: z.union([z.number(), z.string()]).optional(),
    salt: z.string().optional(),
  }),
})

/** @returns CAIP-2 */
function chainIn(json: string): string | undefined {
  try {
    const { domain } = Document.parse(JSON.parse(json))
    const said = domain.chainId ?? domain.salt
    return said === undefined ? undefined : `eip155:${BigInt(said)}`
  } catch {
    return undefined
  }
}
