import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { answer } from './control.ts'

/** Somebody at the co-signer who writes its half of a recovery phrase down at once, whenever it shows one. */
export type WordPerson = {
  /** What was shown, in order. */
  readonly halves: readonly string[]
  hangUp(): void
}

/** Sits down in front of the co-signer, until the next wallet is made there. */
export async function wordPerson(home: string): Promise<WordPerson> {
  const halves: string[] = []
  const socket = connect(join(home, 'control'))
  socket.on('error', () => socket.destroy())
  socket.write(`${JSON.stringify({ command: 'words' })}\n`)
  createInterface({ input: socket }).on('line', (line) => {
    const said = JSON.parse(line) as { event?: string; words?: string }
    if (said.event !== 'words') return
    halves.push(said.words ?? '')
    socket.write(`${JSON.stringify({ reply: 'words', known: true })}\n`)
  })
  // Answered after the command before it was heard.
  await answer(home, { command: 'status' })
  return { halves, hangUp: () => void socket.destroy() }
}
