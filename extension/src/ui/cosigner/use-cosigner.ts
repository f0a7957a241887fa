import { useEffect, useState } from 'react'
import type { CosignerView } from '../../messages/cosigner.ts'
import { background, useNews } from '../background.ts'

/** How often one that is away is looked for. */
const AWAY_MS = 2000

/** All that is known of the co-signer, whenever it changes; nothing before it is known. */
export function useCosigner(): CosignerView | undefined {
  const [view, setView] = useState<CosignerView>()
  // A wallet that was locked meanwhile shows its own screen.
  const look = () => void background.cosigner().then(setView, () => undefined)
  useNews(({ event }) => {
    if (event?.event === 'state' || event?.event === 'verdict') look()
  })
  useEffect(look, [])
  const isAway = view?.word === 'away'
  // While somebody looks, it is missed for as short a time as can be.
  useEffect(() => {
    if (!isAway) return
    const wake = () => void background.wakeCosigner().catch(() => undefined)
    wake()
    const timer = setInterval(wake, AWAY_MS)
    return () => clearInterval(timer)
  }, [isAway])
  return view
}
