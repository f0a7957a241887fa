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

/** A new passphrase, typed twice. @returns bytes for the caller to wipe. */
export async function askNewSecret(
  terminal: Terminal | undefined,
  name: string,
  shortest: number,
): Promise<Uint8Array> {
  const first = await askSecret(terminal, name)
  const again = await askSecret(terminal, 'Once more')
  const isSame = first.length === again.length && first.every((byte, at) => byte === again[at])
  again.fill(0)
  if (isSame && first.length >= shortest) return first
  const isShort = first.length < shortest
  first.fill(0)
  if (isShort) throw new CliError('no', `A passphrase has at least ${shortest} characters.`)
  throw new CliError('no', 'These were two different passphrases. Nothing was made.')
}
