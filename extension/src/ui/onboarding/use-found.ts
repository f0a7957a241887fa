import { useEffect, useState } from 'react'

/** Where a co-signer listens unless it is told otherwise. */
const HERE = 'ws://127.0.0.1:8765/'
const EVERY_MS = 3_000

/** Whether a co-signer runs on this machine: asked for as long as a screen wants to know. */
export function useFound(): boolean {
  const [isFound, setFound] = useState(false)
  useEffect(() => {
    let socket: WebSocket | undefined
    const look = () => {
      socket?.close()
      socket = new WebSocket(HERE)
      socket.addEventListener('open', () => {
        setFound(true)
        socket?.close()
      })
      socket.addEventListener('error', () => setFound(false))
    }
    look()
    const timer = setInterval(look, EVERY_MS)
    return () => {
      clearInterval(timer)
      socket?.close()
    }
  }, [])
  return isFound
}
