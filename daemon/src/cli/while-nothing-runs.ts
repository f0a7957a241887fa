import { secretName, storedSecret } from '../sealing.ts'
import type { Stopped } from '../stopped.ts'
import { askSecret } from './ask-person.ts'
import { CliError } from './cli-error.ts'
import type { Desk } from './command.ts'

/** Works on what a co-signer left that does not run; asks for its PIN or passphrase where it needs one. */
export async function whileNothingRuns<T>(
  desk: Desk,
  work: (stopped: Stopped) => Promise<T>,
): Promise<T> {
  const { config, sealing } = desk.settings()
  const { folder } = config
  if (!sealing)
    throw new CliError('not-set-up', `${folder} holds no co-signer yet.`, 'Run: tandem init')
  const name = secretName(sealing)
  const secret =
    storedSecret(sealing, desk.credentials) ??
    (name === undefined ? undefined : await askSecret(desk.terminal, name))
  const { whileStopped } = await import('../stopped.ts')
  try {
    return await whileStopped(await desk.outside(), folder, sealing, secret, work)
  } finally {
    secret?.fill(0)
  }
}
