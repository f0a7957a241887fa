/** What a device received that no honest co-signer says. */
import { createHash } from 'node:crypto'
import { decodeMessage } from '@tandem/protocol'
import type { Packet } from '../wire.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Where R stands in F2: behind both nonces, the session, and what the transfer is made of. */
const R_AT = 96 + 10_768 + 40_000

/** A nonce commitment of the co-signer. */
function nonceOf({ header, body }: Packet): string | undefined {
  if (header.type === 'F2') return hex(body.subarray(R_AT, R_AT + 33))
  // Two points, and a share of 32 bytes behind them.
  if (header.type === 'S2') return hex(body.subarray(0, body.length - 32))
  return undefined
}

/**
 * - a nonce commitment under two different answers
 * - two different answers to one attempt
 * - two signatures for one message
 */
export function contradictions(received: readonly Packet[]): string[] {
  const wrong = new Set<string>()
  const said = new Map<string, string>()
  function once(name: string, is: Uint8Array, what: string): void {
    const before = said.get(name)
    said.set(name, digest(is))
    if (before !== undefined && before !== digest(is)) wrong.add(`${what}: ${name}`)
  }
  for (const packet of received) {
    const { header, body } = packet
    const entry = `${hex(header.requestId)}/${header.index}`
    const nonce = nonceOf(packet)
    if (nonce !== undefined) {
      once(nonce, body, 'a nonce twice')
      once(`${header.type} ${entry}/${header.attempt}`, body, 'two answers to one attempt')
    }
    if (header.type === 'F4') once(`signature ${entry}`, body, 'two signatures')
    if (header.type === 'result') {
      const message = decodeMessage(header, body)
      if (message.kind === 'RESULT') once(`signature ${entry}`, message.body, 'two signatures')
    }
  }
  return [...wrong]
}
