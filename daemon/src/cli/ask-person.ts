import { CliError } from './cli-error.ts'
import type { Terminal } from './terminal.ts'

/** A question with yes and no; anything else asks again. */
export async function askYes(terminal: Terminal, question: string): Promise<boolean> {
  for (;;) {
    const answer = (await terminal.read(`${question} [y/n] `)).trim().toLowerCase()
    if (answer === 'y' || answer === 'yes') return true
    if (answer === 'n' || answer === 'no') return false
  }
}

/** A secret, typed once. @returns bytes for the caller to wipe. */
export function askSecret(terminal: Terminal | undefined, name: string): Promise<Uint8Array> {
  if (!terminal)
    throw new CliError(
      'usage',
      `The ${name} is asked on a terminal, and there is none.`,
      'Name a file of mode 0600 as sealing.secret_file, or use a systemd credential.',
    )
  return terminal.readSecret(`${name}: `)
}
