import type { Socket } from 'node:net'

/** Longest line that is taken from the other side. */
const MAX_LINE = 262_144

/** Hands over each line of JSON. What is no JSON, or too long, ends the connection. */
export function lines(socket: Socket, take: (line: unknown) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (part: string) => {
    const all = (rest + part).split('\n')
    rest = all.pop() ?? ''
    if (rest.length > MAX_LINE) {
      socket.destroy()
      return
    }
    for (const line of all) {
      try {
        take(JSON.parse(line))
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        socket.destroy()
        return
      }
    }
  })
}
