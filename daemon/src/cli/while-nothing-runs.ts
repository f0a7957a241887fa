import { secretName, storedSecret } from '../sealing.ts'
import type { Opening, Stopped } from '../stopped.ts'
import { askSecret } from './ask-person.ts'
import type { Desk } from './command.ts'

/** Works on what a co-signer left that does not run; asks for its PIN or passphrase where it needs one. */
export async function whileNothingRuns<T>(
  desk: Desk,
  work: (stopped: Stopped) => Promise<T>,
): Promise<T> {
  const { folder } = desk.settings().config
  const { whileStopped } = await import('../stopped.ts')
  const opening = { sealing: () => desk.settings().sealing, secret: secretOf(desk) }
  return whileStopped(await desk.outside(), folder, opening, work)
}

/** The PIN or passphrase of a sealing that is there: kept for it, or asked. */
export function secretOf(desk: Desk): Opening['secret'] {
  return async (sealing) => {
    const stored = storedSecret(sealing, desk.credentials)
    const name = secretName(sealing)
    if (stored || name === undefined) return stored
    return askSecret(desk.terminal, name)
  }
}
