import { type Network, customNetwork, networks, show } from '@tandem/chains'
import * as z from 'zod'
import { EngineError } from '../../messages/engine.ts'
import { ProviderError } from '../provider-error.ts'
import { ChainNumber } from './evm-values.ts'

/** What a site says of a network (EIP-3085). */
export const Offered = z.looseObject({
  chainId: ChainNumber,
  chainName: z.string().max(64).optional(),
  nativeCurrency: z
    .looseObject({ symbol: z.string().max(11), decimals: z.int(), name: z.string().optional() })
    .optional(),
  rpcUrls: z.array(z.string().max(1024)).min(1).max(16),
  blockExplorerUrls: z.array(z.string().max(1024)).max(16).nullish(),
})
type Offered = z.infer<typeof Offered>

/**
 * The network that is offered, and the node to ask.
 *
 * @param known what the wallet has under this number: a site does not say otherwise.
 * @throws {ProviderError} `invalid-params`
 */
export function offeredNetwork(
  offered: Offered,
  known: Network | undefined,
): { network: Network; url: string; clashes?: string } {
  const url = offered.rpcUrls.find(isNode)
  if (url === undefined) refuse('rpcUrls: expected one that begins with https://')
  if (known) return { network: known, url }
  const { chainName = '', nativeCurrency, chainId: id } = offered
  const name = plain(chainName.trim(), 'chainName')
  const symbol = plain(nativeCurrency?.symbol.trim() ?? '', 'nativeCurrency.symbol')
  // SECURITY: with other decimals, an amount would be shown as a fraction of what leaves. Test: src/background/methods/offered-network.test.ts "a coin of other than 18 decimals is refused"
  if (nativeCurrency?.decimals !== 18) refuse('nativeCurrency.decimals: expected 18')
  const explorer = offered.blockExplorerUrls?.find((text) => URL.parse(text)?.protocol === 'https:')
  const facts = { id, name, symbol, decimals: 18, test: false }
  const page = explorer === undefined ? {} : { explorer: `${explorer.replace(/\/+$/, '')}/tx/{id}` }
  const clashes = clashOf(name, symbol)
  try {
    const network = customNetwork({ ...facts, ...page })
    return { network, url, ...(clashes !== undefined && { clashes }) }
  } catch (error) {
    throw new ProviderError('invalid-params', error)
  }
}

/** Over https, or on this machine. A name and password in it would be kept in clear. */
function isNode(text: string): boolean {
  const url = URL.parse(text)
  if (!url || url.username !== '' || url.password !== '') return false
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)
}

/** @throws {ProviderError} nothing, or what does not look like what it is. */
function plain(text: string, field: string): string {
  const { hidden, confusable } = show(text)
  // SECURITY: a name in letters that look like others is how one network is taken for another. Test: src/background/methods/offered-network.test.ts "a name that does not look like what it is is refused: %s"
  if (text === '' || hidden || confusable || /[\n\t]/.test(text))
    refuse(`${field}: expected a name in plain letters`)
  return text
}

/** The listed network whose name this is, or whose coin, where the coin is of one network only. */
function clashOf(name: string, symbol: string): string | undefined {
  const same = (one: string, other: string) => bare(one) === bare(other)
  const named = networks.find((one) => same(one.name, name))
  const coined = networks.filter(({ native }) => same(native.symbol, symbol))
  return named?.name ?? (coined.length === 1 ? coined[0]?.name : undefined)
}

const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

function refuse(what: string): never {
  throw new ProviderError('invalid-params', new EngineError('not-valid', what))
}
