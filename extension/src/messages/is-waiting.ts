import type { Decided } from './stored.ts'

/** Whether it may still happen. */
export const isWaiting = ({ outcome, fate }: Decided): boolean =>
  outcome === 'sent' && (fate === undefined || fate.state === 'pending' || fate.state === 'unknown')
