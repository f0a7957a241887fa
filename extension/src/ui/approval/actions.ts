import { background } from '../background.ts'
import type { BackgroundCalls } from '../../messages/background.ts'

/** What a person can do in the approval window. The gallery has its own, which do nothing. */
export type Actions = Pick<
  BackgroundCalls,
  'decide' | 'edit' | 'prove' | 'again' | 'stop' | 'dismiss' | 'rejectAll' | 'unlock'
>

export const actions: Actions = background
