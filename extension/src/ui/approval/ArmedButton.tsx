import { useRef } from 'react'
import { Button } from '../parts/Button.tsx'
import { pressApproves, pressBegins } from './armed.ts'
import { useArmed } from './use-armed.ts'

type Props = {
  /** What is approved by it. */
  readonly armKey: string
  readonly arm: boolean
  readonly label: string
  readonly weight: 'filled' | 'outlined'
  readonly onPress: () => void
}

/**
 * The button that approves. A press is a trusted pointer that went down and up on it while it was
 * armed, once; or Enter or Space, down and up, without repeat.
 */
export function ArmedButton({ armKey, arm, label, weight, onPress }: Props) {
  const isArmed = useArmed(armKey, arm)
  const begun = useRef<string>(undefined)
  const press = (touch: { readonly isTrusted: boolean; readonly detail?: number }) => {
    const approves = pressApproves(touch, begun.current, isArmed, armKey)
    begun.current = undefined
    if (approves) onPress()
  }
  return (
    <Button
      weight={isArmed ? weight : 'outlined'}
      aria-disabled={!isArmed}
      className="min-w-0 flex-1 px-2 leading-[18px] text-balance wrap-anywhere max-[300px]:px-1 max-[300px]:text-small"
      onPointerDown={({ isTrusted }) => {
        begun.current = pressBegins({ isTrusted }, isArmed, armKey)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        // A click that the browser makes of a key is not wanted: the key itself is looked at.
        event.preventDefault()
        const { isTrusted } = event
        if (!event.repeat) begun.current = pressBegins({ isTrusted }, isArmed, armKey)
      }}
      onKeyUp={({ key, isTrusted }) => {
        if (key === 'Enter' || key === ' ') press({ isTrusted })
      }}
      onClick={({ isTrusted, detail }) => press({ isTrusted, detail })}
    >
      {label}
    </Button>
  )
}
