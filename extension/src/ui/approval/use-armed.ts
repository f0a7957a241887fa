import { useEffect, useState } from 'react'

const ARM_MS = 500

/**
 * Whether the approving button may be used: half a second after it was shown, focused, resized or
 * something that counts changed, and only while this window has the focus.
 *
 * @param key everything that counts: another one begins anew.
 */
export function useArmed(key: string, arm: boolean): boolean {
  const [armed, setArmed] = useState<string>()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const begin = () => {
      clearTimeout(timer)
      setArmed(undefined)
      if (!arm || !document.hasFocus()) return
      timer = setTimeout(() => setArmed(key), ARM_MS)
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
  // SECURITY: what was armed for another request is not armed for this one. Test: src/ui/approval/armed.test.tsx "a change that counts disarms the button"
  return arm && armed === key
}
