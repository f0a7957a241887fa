import { useRef } from 'react'
import { Button } from '../parts/Button.tsx'
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
  const armed = useArmed(armKey, arm)
  const down = useRef<string>(undefined)
  const press = () => {
    const isOurs = down.current === armKey
    down.current = undefined
    if (isOurs && armed) onPress()
  }
  return (
    <Button
      weight={armed ? weight : 'outlined'}
      aria-disabled={!armed}
      className="flex-1"
      onPointerDown={(event) => {
        down.current = armed && event.isTrusted ? armKey : undefined
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        if (!event.repeat) down.current = armed && event.isTrusted ? armKey : undefined
      }}
      onKeyUp={(event) => {
        if ((event.key === 'Enter' || event.key === ' ') && event.isTrusted) press()
      }}
      onClick={(event) => {
        // SECURITY: a page that overlays us, or a script, makes clicks that no hand made. Test: src/ui/approval/armed.test.tsx "a synthetic click approves nothing"
        if (event.isTrusted && event.detail === 1) press()
      }}
    >
      {label}
    </Button>
  )
}
