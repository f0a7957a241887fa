import { useEffect, useState } from 'react'
import type { EngineState } from '../../messages/engine.ts'
import { storedPresence, storedStanding } from '../../messages/stored.ts'
import { background, useNews } from '../background.ts'
import { useStored } from '../use-stored.ts'
import { codeOf } from '../words/errors.ts'

export type Standing = {
  /** As it stood last in this session, before the engine has answered. */
  readonly lock: EngineState['lock'] | 'unknown'
  /** Nothing of it can be read any more. */
  readonly isDamaged: boolean
  readonly state?: EngineState
  /** Requests that wait for the person. */
  readonly waiting: number
}

const over = new Set(['done', 'failed', 'rejected'])

/**
 * The lock as it is known without the engine. A browser that has just begun keeps no wallet open.
 *
 * @param standing in this session. Either is absent until it was read.
 */
export function lastLock(
  standing: Standing['lock'] | undefined,
  isHere: boolean | undefined,
): Standing['lock'] {
  if (standing !== 'unknown') return standing ?? 'unknown'
  return isHere === undefined ? 'unknown' : isHere ? 'locked' : 'none'
}

/** Whether the engine found nothing whole. */
export const isDamage = (error: unknown): boolean => codeOf(error) === 'damaged'

/** How the wallet stands, now and from now on. */
export function useWallet(): Standing {
  const [state, setState] = useState<EngineState>()
  const [isDamaged, setDamaged] = useState(false)
  const [waiting, setWaiting] = useState(0)
  const standing = useStored(storedStanding)
  const isHere = useStored(storedPresence)
  useNews(({ event, approvals }) => {
    if (event?.event === 'state') setState(event.state)
    if (approvals) setWaiting(approvals.filter(({ state: { at } }) => !over.has(at)).length)
  })
  useEffect(() => {
    background.state().then(setState, (error: unknown) => setDamaged(isDamage(error)))
  }, [])
  const lock = state?.lock ?? lastLock(standing, isHere)
  return { lock, isDamaged, ...(state && { state }), waiting }
}
