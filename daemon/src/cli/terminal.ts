import { CliError } from './cli-error.ts'
import type { Paper } from './paper.ts'

/** A person at a keyboard. */
export type Terminal = Paper & {
  /** One line, as typed. */
  read(prompt: string): Promise<string>
  /** One line that nobody sees. @returns UTF-8, for the caller to wipe. */
  readSecret(prompt: string): Promise<Uint8Array>
  clear(): void
}

const ENTER = new Set([0x0a, 0x0d])
const CTRL_C = 0x03
const CTRL_D = 0x04
const ERASE = new Set([0x08, 0x7f])
const LONGEST = 512

/** The terminal of this process: nothing when its input or output is something else. */
export function terminal(paper: Paper, input: NodeJS.ReadStream): Terminal | undefined {
  if (!paper.isTerminal || !input.isTTY) return undefined

  async function readBytes(prompt: string, isShown: boolean): Promise<Uint8Array> {
    // First: what is typed at the sight of a prompt must not be echoed any more.
    input.setRawMode(true)
    paper.write(prompt)
    input.resume()
    const typed = new Uint8Array(LONGEST)
    try {
      const length = await new Promise<number>((resolve, reject) => {
        let at = 0
        const take = (data: Buffer) => {
          for (const [index, byte] of data.entries()) {
            if (ENTER.has(byte)) {
              input.off('data', take)
              const rest = data.subarray(index + 1)
              if (rest.length > 0) input.unshift(rest)
              return resolve(at)
            }
            if (byte === CTRL_C || byte === CTRL_D) {
              input.off('data', take)
              return reject(new CliError('interrupted', 'Stopped.'))
            }
            if (ERASE.has(byte)) {
              if (at > 0) at -= 1
              if (isShown) paper.write('\b \b')
            } else if (byte >= 0x20 && at < LONGEST) {
              typed[at] = byte
              at += 1
              if (isShown) paper.write(String.fromCharCode(byte))
            }
          }
          if (!isShown) data.fill(0)
        }
        input.on('data', take)
      })
      return typed.slice(0, length)
    } finally {
      typed.fill(0)
      input.setRawMode(false)
      input.pause()
      paper.line()
    }
  }

  return {
    ...paper,
    read: async (prompt) => new TextDecoder().decode(await readBytes(prompt, true)),
    readSecret: (prompt) => readBytes(prompt, false),
    // Also what scrolled away: the words of a phrase must not stay.
    clear: () => paper.write('\u001b[H\u001b[2J\u001b[3J'),
  }
}
