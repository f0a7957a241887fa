import type { PageChannel } from './channel.ts'
import { PageError } from './channel.ts'

type Listener = (...values: unknown[]) => void

/** The provider of EIP-1193, with the old names that sites still call. */
export type Provider = {
  readonly isTandem: true
  request(args: { readonly method: string; readonly params?: unknown }): Promise<unknown>
  on(event: string, listener: Listener): Provider
  removeListener(event: string, listener: Listener): Provider
}

export function eip1193(channel: PageChannel): Provider {
  const listeners = new Map<string, Set<Listener>>()
  const emit = (event: string, ...values: unknown[]) => {
    for (const listener of listeners.get(event) ?? [])
      try {
        listener(...values)
      } catch (error) {
        // What a site does wrong is not ours, and the others hear it all the same.
        queueMicrotask(() => {
          throw error
        })
      }
  }

  channel.on(({ family, event, data }) => {
    if (family !== 'evm') return
    if (event === 'accounts') emit('accountsChanged', data)
    if (event === 'chain') emit('chainChanged', data)
    if (event === 'disconnect')
      emit('disconnect', new PageError({ code: 4900, message: 'The wallet is not connected.' }))
  })

  const provider: Provider = {
    isTandem: true,
    request(args) {
      const { method, params } = args ?? {}
      if (typeof method !== 'string' || method === '')
        return Promise.reject(new PageError({ code: -32602, message: 'Expected a method.' }))
      return channel.ask('evm', method, params)
    },
    on(event, listener) {
      const known = listeners.get(event) ?? new Set()
      listeners.set(event, known.add(listener))
      return provider
    },
    removeListener(event, listener) {
      listeners.get(event)?.delete(listener)
      return provider
    },
  }
  return Object.freeze(provider)
}
