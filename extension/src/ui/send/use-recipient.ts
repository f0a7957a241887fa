import { useEffect, useState } from 'react'
import type { Recipient } from '../../messages/wallet.ts'
import { background } from '../background.ts'

const PAUSE_MS = 200

/** What an address is that is being typed. Nothing while it is looked at. */
export function useRecipient(chain: string, asset: string, text: string): Recipient | undefined {
  const [found, setFound] = useState<{ readonly of: string; readonly recipient: Recipient }>()
  const typed = text.trim()
  const of = `${chain} ${asset} ${typed}`
  useEffect(() => {
    if (typed === '') return undefined
    let isOver = false
    const look = async () => {
      const recipient = await background.recipient(chain, asset, typed)
      if (!isOver) setFound({ of, recipient })
    }
    const timer = setTimeout(() => void look(), PAUSE_MS)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [chain, asset, typed, of])
  // An answer about another text is no answer.
  return found?.of === of ? found.recipient : undefined
}
