import { useEffect, useState } from 'react'
import type { Recipient } from '../../messages/wallet.ts'
import { background } from '../background.ts'

const PAUSE_MS = 200

/** What is known of an address that was typed, or that nobody could look at it. */
export type Looked = Recipient | { readonly wrong: 'not-looked' }

type Look = {
  /** Absent while it is looked at. */
  readonly recipient: Looked | undefined
  /** Looks once more. */
  readonly again: () => void
}

/** What an address is that is being typed. */
export function useRecipient(chain: string, asset: string, text: string): Look {
  const [found, setFound] = useState<{ readonly of: string; readonly recipient: Looked }>()
  const [looks, setLooks] = useState(0)
  const typed = text.trim()
  const of = `${chain} ${asset} ${looks} ${typed}`
  useEffect(() => {
    if (typed === '') return undefined
    let isOver = false
    const look = async () => {
      // Who waits for an answer is told, too, when there will be none.
      const recipient = await background
        .recipient(chain, asset, typed)
        .catch((): Looked => ({ wrong: 'not-looked' }))
      if (!isOver) setFound({ of, recipient })
    }
    const timer = setTimeout(() => void look(), PAUSE_MS)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [chain, asset, typed, of])
  return {
    // An answer about another text is no answer.
    recipient: found?.of === of ? found.recipient : undefined,
    again: () => setLooks((count) => count + 1),
  }
}
