/** A connection to a daemon: frames over a WebSocket, messages through the encrypted channel. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import * as tandem from '@tandem/protocol'
import { WebSocket } from 'ws'

export type Packet = { readonly header: tandem.Header; readonly body: Uint8Array }

/** Messages in both directions, whatever carries them. */
export type Wire = {
  send(packet: Packet): void
  receive(): Promise<Packet>
  close(): Promise<void>
}

/** Where a daemon listens for these terms: who pairs names the invitation. */
function urlOf(address: string, terms: tandem.Terms): string {
  const name = terms.kind === 'pairing' && tandem.pairingName(terms.secret)
  return `ws://${address}/${name ? `pair/${Buffer.from(name).toString('hex')}` : ''}`
}

/** Dials, and shakes hands on these terms. @throws when the daemon hangs up. */
export async function connect(
  address: string,
  terms: tandem.Terms,
  headers: Readonly<Record<string, string>> = {},
  sent: (frame: Uint8Array) => void = () => undefined,
) {
  const socket = new WebSocket(urlOf(address, terms), { headers })
  const frames: Uint8Array[] = []
  let wake: (() => void) | undefined
  let over = false
  socket.on('message', (data: Buffer) => {
    frames.push(Uint8Array.from(data))
    wake?.()
  })
  socket.on('close', () => {
    over = true
    wake?.()
  })
  await once(socket, 'open')
  const nextFrame = async (): Promise<Uint8Array> => {
    for (;;) {
      const frame = frames.shift()
      if (frame) return frame
      if (over) throw new Error('the daemon closed the connection')
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))
  const put = (frame: Uint8Array) => {
    sent(frame)
    socket.send(frame)
  }
  let step = tandem.dial(terms, fresh)
  for (;;) {
    if (step.send) put(step.send)
    if (step.done) break
    step = tandem.advance(step.connecting, await nextFrame(), fresh)
  }
  let { channel } = step
  const wire: Wire = {
    send(packet) {
      const sealed = tandem.seal(channel, packet)
      channel = sealed.channel
      for (const record of sealed.records) put(record)
    },
    async receive() {
      for (;;) {
        const opened = tandem.open(channel, await nextFrame())
        if (opened.event === 'closed') throw new Error(`closed: ${opened.reason}`)
        channel = opened.channel
        if (opened.event === 'message') return opened.message
      }
    },
    async close() {
      if (over) return
      socket.close()
      await once(socket, 'close')
    },
  }
  return { peer: step.pinned, wire, socket }
}
