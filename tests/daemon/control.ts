/** What a person at the machine asks a daemon, without the command line between. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Command, Entry } from '../../daemon/src/core/operator/messages.ts'

/** Says a command. @returns the first line that comes back, and the socket, which stays open. */
async function ask(
  home: string,
  command: Command,
  secret: Uint8Array = new Uint8Array(0),
): Promise<[unknown, Socket]> {
  const socket = connect(join(home, 'control'))
  socket.on('error', () => socket.destroy())
  socket.write(`${JSON.stringify(command)}\n`)
  if (secret.length > 0) socket.write(secret)
  const [line] = (await once(createInterface({ input: socket }), 'line')) as [string]
  return [JSON.parse(line), socket]
}

/** The answer to a command. @throws what the daemon says instead. */
export async function answer(
  home: string,
  command: Command,
  secret?: Uint8Array,
): Promise<unknown> {
  const [said, socket] = await ask(home, command, secret)
  socket.destroy()
  if (typeof said === 'object' && said !== null && 'answer' in said) return said.answer
  throw new Error(JSON.stringify(said))
}

/** A link for a device; the one before is over. It lasts until the socket is closed. */
export async function invite(home: string): Promise<{ link: string; hangUp(): void }> {
  const [said, socket] = await ask(home, { command: 'pair', words: false })
  const { link } = said as { link: string }
  return { link, hangUp: () => void socket.destroy() }
}

export async function revoke(home: string, device: string): Promise<void> {
  await answer(home, { command: 'revoke', device })
}

/** The whole log. */
export async function logOf(home: string): Promise<Entry[]> {
  const all: Entry[] = []
  for (;;) {
    const from = all.length + 1
    const { entries } = (await answer(home, { command: 'log', from, limit: 500 })) as {
      entries: Entry[]
    }
    if (entries.length === 0) return all
    all.push(...entries)
  }
}
