import { useEffect, useState } from 'react'
import type { CosignerView } from '../../messages/cosigner.ts'
import { background, useNews } from '../background.ts'

/** All that is known of the co-signer, whenever it changes; nothing before it is known. */
export function useCosigner(): CosignerView | undefined {
  const [view, setView] = useState<CosignerView>()
  // A wallet that was locked meanwhile shows its own screen.
  const look = () => void background.cosigner().then(setView, () => undefined)
  useNews(({ event }) => {
    if (event?.event === 'state' || event?.event === 'verdict') look()
  })
  useEffect(look, [])
  return view
}
