import { randomInt } from 'node:crypto'
import type { Listener } from './client.ts'
import { CliError } from './cli-error.ts'
import type { Terminal } from './terminal.ts'

/** How many words are asked back. */
const ASKED = 3

/** Shows half a recovery phrase on a terminal, once, and asks three of its words back. */
export function wordScreen(terminal: Terminal): {
  readonly hear: Listener
  /** The person has answered everything. */
  done(): Promise<void>
} {
  let last = Promise.resolve()
  let isOver = false

  async function show(words: readonly string[]): Promise<boolean> {
    draw(terminal, words)
    await terminal.read('Press Enter when they are on paper. ')
    terminal.clear()
    for (const place of places(words.length)) {
      if (isOver) return false
      const typed = await terminal.read(`Word ${place + 1}: `)
      if (typed.trim().toLowerCase() === words[place]) continue
      terminal.line('That is another word. Here they are once more.')
      return show(words)
    }
    return true
  }

  return {
    hear(event, reply) {
      if (event.event === 'words-ended') {
        isOver = true
        terminal.clear()
        terminal.line(
          'The device stopped. These words are of no use any more: throw the paper away.',
        )
      }
      if (event.event !== 'words') return
      isOver = false
      last = show(event.words.split(' '))
        .then(reply, (error: unknown) => {
          reply(false)
          throw error
        })
        .finally(() => terminal.clear())
    },
    done: () =>
      last.catch((error: unknown) => {
        if (error instanceof CliError)
          throw new CliError('interrupted', 'Stopped. No wallet was made.')
        throw error
      }),
  }
}

function draw(terminal: Terminal, words: readonly string[]): void {
  terminal.clear()
  terminal.line(terminal.bold("This machine's half of your recovery phrase"))
  terminal.line()
  const half = Math.ceil(words.length / 2)
  for (let row = 0; row < half; row += 1)
    terminal.line(
      [row, row + half]
        .map((at) => `${String(at + 1).padStart(4)}  ${(words[at] ?? '').padEnd(12)}`)
        .join(''),
    )
  terminal.line()
  terminal.line('Write them on paper, in this order. They are shown once and kept nowhere.')
  terminal.line('The other half is on your device. Keep the two papers apart.')
  terminal.line()
}

function places(count: number): number[] {
  const found = new Set<number>()
  while (found.size < ASKED) found.add(randomInt(count))
  return [...found].toSorted((a, b) => a - b)
}
