import { useEffect, useState } from 'react'

/** Whether so much time has gone by since a moment. */
export function useLate(since: number, afterMs: number): boolean {
  const [isLate, setLate] = useState(() => Date.now() - since >= afterMs)
  useEffect(() => {
    if (isLate) return
    const timer = setTimeout(() => setLate(true), Math.max(0, since + afterMs - Date.now()))
    return () => clearTimeout(timer)
  }, [since, afterMs, isLate])
  return isLate
}
