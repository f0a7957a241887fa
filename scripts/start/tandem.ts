import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, relative } from 'node:path'

/** The co-signer's command, as `npm run build` makes it. */
export const program = join(import.meta.dirname, '../../daemon/dist/tandem.js')

/** What a person types to run the same command themselves. */
export const commandOf = (folder: string, command: string): string =>
  ['node', relative(process.cwd(), program), command, '--folder', folder].map(quoted).join(' ')

const quoted = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** Runs a command in this terminal. @returns how it ended. */
export async function tandem(folder: string, ...args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [program, ...args, '--folder', folder], {
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

/** Asks with nobody at a terminal. @returns its lines of JSON. */
export async function askTandem(
  folder: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly lines: readonly unknown[] }> {
  const child = spawn(process.execPath, [program, ...args, '--json', '--folder', folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let out = ''
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  const lines = out.split('\n').filter((line) => line !== '')
  return { code: code ?? 1, lines: lines.map((line): unknown => JSON.parse(line)) }
}
