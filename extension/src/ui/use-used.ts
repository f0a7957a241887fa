import { useEffect } from 'react'
import { background } from './background.ts'

const EVERY_MS = 20_000

/** Tells that the person is here, when they touch something: what nobody touches locks itself. */
export function useUsed(): void {
  useEffect(() => {
    let last = 0
    const tell = () => {
      if (Date.now() - last < EVERY_MS) return
      last = Date.now()
      void background.used()
    }
    const kinds = ['pointerdown', 'keydown'] as const
    for (const kind of kinds) window.addEventListener(kind, tell, { passive: true })
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, tell)
    }
  }, [])
}
