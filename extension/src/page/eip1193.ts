import { METHOD_LENGTH } from '../messages/page-channel.ts'
import { type PageChannel, PageError } from './channel.ts'

type Listener = (...values: unknown[]) => void

/** The provider of EIP-1193. */
export type Provider = {
  readonly isTandem: true
  request(args: { readonly method: string; readonly params?: unknown }): Promise<unknown>
  on(event: string, listener: Listener): Provider
  removeListener(event: string, listener: Listener): Provider
}

export function eip1193(channel: PageChannel): Provider {
  const listeners = new Map<string, readonly Listener[]>()
  /** What the wallet said last of each: news of the same is none. */
  const last = new Map<string, string>()

  const emit = (event: string, value: unknown) => {
    for (const listener of listeners.get(event) ?? [])
      try {
        listener(value)
      } catch (error) {
        // What a site does wrong is not ours, and the others hear it all the same.
        queueMicrotask(() => {
          throw error
        })
      }
  }

  channel.on(({ family, event, data }) => {
    if (family !== 'evm') return
    const said = JSON.stringify(data)
    const before = last.get(event)
    if (said === before) return
    if (event !== 'disconnect') last.set(event, said)
    switch (event) {
      case 'accounts':
        // The first word is how things are, and no change of them.
        if (before !== undefined) emit('accountsChanged', data)
        return
      case 'chain':
        if (before === undefined) emit('connect', { chainId: data })
        else emit('chainChanged', data)
        return
      case 'disconnect':
        // It was on no chain before, either.
        if (!last.delete('chain')) return
        emit(
          'disconnect',
          new PageError({ code: 4900, message: 'The Provider is disconnected from all chains.' }),
        )
        return
      case 'legacy':
    }
  })

  const provider: Provider = {
    isTandem: true,
    request(args) {
      const { method, params } = args ?? {}
      if (typeof method !== 'string' || method === '')
        return Promise.reject(new PageError({ code: -32600, message: 'Expected a method.' }))
      if (method.length > METHOD_LENGTH)
        return Promise.reject(new PageError({ code: -32601, message: 'There is no such method.' }))
      if (params !== undefined && (typeof params !== 'object' || params === null))
        return Promise.reject(
          new PageError({ code: -32602, message: 'Expected an array or an object.' }),
        )
      return channel.ask('evm', method, params)
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener])
      return provider
    },
    removeListener(event, listener) {
      const known = listeners.get(event) ?? []
      const at = known.lastIndexOf(listener)
      listeners.set(event, at < 0 ? known : known.toSpliced(at, 1))
      return provider
    },
  }
  return Object.freeze(provider)
}
