import { useEffect, useState } from 'react'
import { type Armed, isArmedFor } from './armed.ts'

const ARM_MS = 500

/**
 * Whether the approving button may be used: half a second after it was shown, focused, resized or
 * something that counts changed, and only while this window has the focus.
 *
 * @param key everything that counts: another one begins anew.
 */
export function useArmed(key: string, arm: boolean): boolean {
  const [armed, setArmed] = useState<Armed>()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const begin = () => {
      clearTimeout(timer)
      setArmed(undefined)
      if (!arm || !document.hasFocus()) return
      timer = setTimeout(() => setArmed({ key }), ARM_MS)
    }
    begin()
    for (const event of ['focus', 'blur', 'resize', 'visibilitychange'])
      window.addEventListener(event, begin)
    return () => {
      clearTimeout(timer)
      for (const event of ['focus', 'blur', 'resize', 'visibilitychange'])
        window.removeEventListener(event, begin)
    }
  }, [key, arm])
  return isArmedFor(armed, key, arm)
}
