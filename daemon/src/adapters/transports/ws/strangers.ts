import type { Socket } from 'node:net'

/** Connections of callers whom we have not answered yet: of all, and of one address. */
const MOST = 512
const MOST_OF_ADDRESS = 256

/** Sockets of strangers, oldest first. Too many: the oldest goes, for the newest may be a friend. */
export type Strangers = {
  add(socket: Socket): void
  /** Said something that we answered, or gone. */
  forget(socket: Socket): void
}

export function strangers(crowd: (address: string) => void): Strangers {
  const all = new Set<Socket>()
  const byAddress = new Map<string, Set<Socket>>()
  const addressOf = new Map<Socket, string>()

  function forget(socket: Socket): void {
    const address = addressOf.get(socket) ?? ''
    const same = byAddress.get(address)
    all.delete(socket)
    addressOf.delete(socket)
    same?.delete(socket)
    if (same?.size === 0) byAddress.delete(address)
  }

  function end(oldest: Socket | undefined): void {
    if (!oldest) return
    crowd(addressOf.get(oldest) ?? '')
    forget(oldest)
    oldest.destroy()
  }

  return {
    forget,
    add(socket) {
      const address = socket.remoteAddress ?? ''
      const same = byAddress.get(address) ?? new Set()
      byAddress.set(address, same.add(socket))
      addressOf.set(socket, address)
      all.add(socket)
      // SECURITY: who only connects must not use up the memory and the sockets of those who are paired. Test: src/adapters/transports/ws/serve.test.ts "strangers go for strangers, the oldest first"
      if (same.size > MOST_OF_ADDRESS) end(same.values().next().value)
      if (all.size > MOST) end(all.values().next().value)
    },
  }
}
