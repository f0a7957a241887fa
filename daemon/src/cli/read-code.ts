import { CliError } from './cli-error.ts'
import { readLine } from './read-line.ts'
import type { Terminal } from './terminal.ts'

const isCode = (text: string): boolean => /^[0-9]{6}$/.test(text)

/** Six digits of an authenticator app, from a person or, where there is none, from the input. */
export async function readCode(terminal: Terminal | undefined, prompt: string): Promise<string> {
  if (!terminal) {
    const code = await readLine(process.stdin)
    if (isCode(code)) return code
    throw new CliError('usage', 'A code of six digits is expected on the standard input.')
  }
  for (;;) {
    const code = (await terminal.read(prompt)).replaceAll(' ', '')
    if (isCode(code)) return code
  }
}
