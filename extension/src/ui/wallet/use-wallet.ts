import { useEffect, useState } from 'react'
import type { EngineState } from '../../messages/engine.ts'
import { storedStanding } from '../../messages/stored.ts'
import { background, useNews } from '../background.ts'
import { useStored } from '../use-stored.ts'

export type Standing = {
  /** As it stood last in this session, before the engine has answered. */
  readonly lock: EngineState['lock'] | 'unknown'
  readonly state?: EngineState
  /** Requests that wait for the person. */
  readonly waiting: number
}

const over = new Set(['done', 'failed', 'rejected'])

/** How the wallet stands, now and from now on. */
export function useWallet(): Standing {
  const [state, setState] = useState<EngineState>()
  const [waiting, setWaiting] = useState(0)
  const lock = useStored(storedStanding)
  useNews(({ event, approvals }) => {
    if (event?.event === 'state') setState(event.state)
    if (approvals) setWaiting(approvals.filter(({ state: { at } }) => !over.has(at)).length)
  })
  useEffect(() => void background.state().then(setState), [])
  return { lock: state?.lock ?? lock ?? 'unknown', ...(state && { state }), waiting }
}
