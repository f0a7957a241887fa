import { useEffect, useRef } from 'react'
import type { VerdictView } from '../../messages/engine.ts'

/**
 * Approves once the co-signer has taken a proof: the press that sent it meant the request that was
 * shown then, and none that came after it.
 *
 * @returns to be called with a proof that leaves.
 */
export function useAfterProof(
  verdict: VerdictView | undefined,
  hash: string,
  approve: () => void,
): () => void {
  const meant = useRef<string>(undefined)
  useEffect(() => {
    if (meant.current === undefined || verdict?.decision !== 'allow') return
    const isSame = meant.current === hash
    meant.current = undefined
    if (isSame) approve()
    // Only a verdict that comes decides.
  }, [verdict, hash])
  return () => {
    meant.current = hash
  }
}
