import * as z from 'zod'
import { type Network, networks as listed } from '@tandem/chains'
import type { NetworkView } from '../../messages/approval.ts'
import { EngineError } from '../../messages/engine.ts'
import { isOffered } from '../../messages/real-money.ts'
import { chainOf, connectedTo, requireConnected, useChain } from '../connected.ts'
import { type Background, method } from '../method.ts'
import { tellNodes } from '../nodes.ts'
import { ProviderError } from '../provider-error.ts'
import { knownNetwork, networks } from '../state/networks.ts'
import { settings } from '../state/settings.ts'
import { ChainNumber } from './evm-values.ts'
import { Offered, offeredNetwork } from './offered-network.ts'

/** What a site was told last that the wallet does not have: it adds it next, to switch to it. */
const missed = new Map<string, string>()

/** A network that can be used: it is known, and somebody chose a node for it. */
async function usable(id: string): Promise<Network | undefined> {
  const chosen = await settings.get()
  const network = chosen.nodes[id] === undefined ? undefined : await knownNetwork(id)
  return network && isOffered(network, chosen) ? network : undefined
}

const viewOf = ({ id, name, native, explorer }: Network): NetworkView => ({
  id,
  name,
  symbol: native.symbol,
  decimals: native.decimals,
  ...(explorer !== undefined && { explorer }),
})

async function askToUse(
  network: Network,
  origin: string,
  { approvals }: Background,
): Promise<void> {
  const from = await chainOf(origin, 'evm')
  if (from === network.id) return
  await approvals.ask(origin, { kind: 'network', change: 'use', network: viewOf(network), from })
  await useChain(origin, 'evm', network.id)
}

export const evmNetworks = {
  /** EIP-3326, for this site only. */
  wallet_switchEthereumChain: method({
    params: z.tuple([z.looseObject({ chainId: ChainNumber })]),
    async run([{ chainId }], origin, background) {
      await requireConnected(origin, 'evm')
      const network = await usable(chainId)
      if (!network) {
        missed.set(origin, chainId)
        throw new ProviderError('unknown-chain')
      }
      await askToUse(network, origin, background)
      return null
    },
  }),

  /**
   * EIP-3085. Adding switches nothing: to switch is a question of its own, which is asked at once
   * where the site wanted to switch to it before.
   */
  wallet_addEthereumChain: method({
    params: z.tuple([Offered]),
    async run([offered], origin, background) {
      await requireConnected(origin, 'evm')
      const id = offered.chainId
      const wasWanted = missed.get(origin) === id
      const { engine, approvals } = background
      if (!(await usable(id))) {
        const known = await knownNetwork(id)
        if (known && !isOffered(known, await settings.get()))
          throw new ProviderError(
            'invalid-params',
            new EngineError('not-valid', 'chainId: expected a test network'),
          )
        const { network, url, clashes } = offeredNetwork(offered, known)
        // SECURITY: a node of another chain would lie about every balance and fee of this one. Test: src/background/site-guards.test.ts "has nobody asked about a network whose node answers as another chain"
        const ms = await engine.tryNode(id, url).catch((error: unknown) => {
          throw new ProviderError('invalid-params', error)
        })
        const view = { ...viewOf(network), ...(clashes !== undefined && { clashes }) }
        const node = { url, ms }
        await approvals.ask(origin, { kind: 'network', change: 'add', network: view, node })
        await add(network, url, background)
      }
      const added = await usable(id)
      if (wasWanted && added && (await connectedTo(origin, 'evm', background))) {
        missed.delete(origin)
        await askToUse(added, origin, background)
      }
      return null
    },
  }),
}

const isListed = ({ id }: Network): boolean => listed.some((one) => one.id === id)

async function add(network: Network, url: string, { engine }: Background): Promise<void> {
  const { id, name, native, explorer } = network
  if (!isListed(network)) {
    const { symbol, decimals } = native
    const facts = { id, name, symbol, decimals, ...(explorer !== undefined && { explorer }) }
    await networks.change((all) => [...all.filter((one) => one.id !== id), facts])
  }
  // A node that the person chose meanwhile stays.
  await settings.change((all) => ({ ...all, nodes: { [id]: url, ...all.nodes } }))
  await tellNodes(engine)
}
