import { useEffect, useState } from 'react'

/** The SHA-256 of the list of this build's files, in hex. Nothing before it is read, or where there is none. */
export function useBuild(): string | undefined {
  const [build, setBuild] = useState<string>()
  useEffect(() => {
    const read = async () => {
      const list = await fetch('/files.sha256')
      const digest = await crypto.subtle.digest('SHA-256', await list.arrayBuffer())
      setBuild(Array.from(new Uint8Array(digest), hex).join(''))
    }
    // A build for development has no list.
    read().catch(() => undefined)
  }, [])
  return build
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')
