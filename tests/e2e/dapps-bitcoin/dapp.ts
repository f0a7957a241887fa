/** A site that uses the wallet through sats-connect. */
import { addListener, getProviders, isProviderInstalled, request } from '@sats-connect/core'

const events: unknown[] = []
const [provider] = getProviders()
const id = provider?.id ?? ''

const dapp = {
  events,
  provider: { id, name: provider?.name, installed: isProviderInstalled(id) },
  listen() {
    for (const eventName of ['accountChange', 'networkChange', 'disconnect'] as const)
      addListener({ eventName, cb: (event: unknown) => events.push(event) }, id)
  },
  request: (method: string, params: unknown) => request(method as never, params as never, id),
  /** As sites do that name no wallet. */
  plain: (method: string, params: unknown) => request(method as never, params as never),
}

export type Dapp = typeof dapp
Object.assign(globalThis, { dapp })
