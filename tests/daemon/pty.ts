/** A command in a pseudo-terminal, with a person who reads and types. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { program } from './daemon.ts'

export type Pty = {
  /** What the terminal has received so far, control sequences included. */
  readonly screen: () => string
  /** Waits until the terminal shows this, after what was found before. @returns the match. */
  find(pattern: RegExp): Promise<RegExpExecArray>
  type(text: string): void
  /** The exit code, once it ends. */
  ended: Promise<number | null>
}

/** @param script what is run; the co-signer's command, unless it is another. */
export function inTerminal(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  script = program,
): Pty {
  const quoted = [process.execPath, script, ...args].map((part) => `'${part}'`).join(' ')
  // In the place of the shell, which would end by the same Ctrl-C.
  const child = spawn('script', ['-qefc', `exec ${quoted}`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', ...env },
  })
  let screen = ''
  let seen = 0
  let wake: (() => void) | undefined
  let over = false
  child.stdout.on('data', (data: Buffer) => {
    screen += data.toString()
    wake?.()
  })
  const ended = once(child, 'close').then(([code]) => {
    over = true
    wake?.()
    return code as number | null
  })
  return {
    screen: () => screen,
    async find(pattern) {
      for (;;) {
        const match = pattern.exec(screen.slice(seen))
        if (match) {
          seen += match.index + match[0].length
          return match
        }
        if (over) throw new Error(`the terminal never showed ${String(pattern)}: ${screen}`)
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    type: (text) => void child.stdin.write(text),
    ended,
  }
}
