import { useEffect, useState } from 'react'
import { background } from '../background.ts'

/** Who signs with this browser, as its person knows it. */
export type Peer = {
  /** Absent: it runs on this machine, and has no name of its own. */
  readonly name?: string
  /** How long a signature usually takes; absent: there was none yet. */
  readonly usualMs?: number
}

/** The co-signer, as it was when the window was opened. Nothing while the wallet is locked. */
export function usePeer(): Peer | undefined {
  const [peer, setPeer] = useState<Peer>()
  useEffect(() => {
    const look = async () => {
      const { address, timing } = await background.cosigner()
      const name = nameOf(address)
      const sorted = timing.last.toSorted((a, b) => a - b)
      const usualMs = sorted[Math.floor(sorted.length / 2)]
      setPeer({ ...(name !== undefined && { name }), ...(usualMs !== undefined && { usualMs }) })
    }
    // It is said less of it then.
    look().catch(() => undefined)
  }, [])
  return peer
}

function nameOf(address: string): string | undefined {
  const host = address.replace(/:[0-9]+$/, '')
  return host === '' || /^(localhost|127\.|\[)/.test(host) ? undefined : host
}
