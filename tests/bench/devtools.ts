/** What Chromium's own tools say of the extension's worker and of the document of its engine. */
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import * as z from 'zod'

const Target = z.object({ type: z.string(), url: z.string(), webSocketDebuggerUrl: z.string() })
/** An event has no id. */
const Answer = z.object({
  id: z.number().optional(),
  result: z.object({ usedSize: z.number().optional() }).optional(),
  error: z.object({ message: z.string() }).optional(),
})

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export type Heap = {
  /** The most that was in use, in megabytes, garbage of the moment included. */
  stop(): Promise<number>
}

/** A document's threads tell of themselves over its own socket, each in a session of its own. */
const Attached = z.object({
  method: z.literal('Target.attachedToTarget'),
  params: z.object({
    sessionId: z.string(),
    targetInfo: z.object({ type: z.literal('worker') }),
  }),
})

/**
 * Looks at a heap every 20 ms.
 *
 * @param script the name of the file it runs.
 * @param inThread of the thread that it began, and not of itself.
 */
export async function watchHeap(port: number, script: string, inThread = false): Promise<Heap> {
  const reply = await fetch(`http://127.0.0.1:${port}/json/list`)
  const found = Target.array()
    .parse(await reply.json())
    .find(({ url }) => url.startsWith('chrome-extension://') && url.endsWith(script))
  if (!found) throw new Error(`Chromium does not run ${script}`)
  const socket = new WebSocket(found.webSocketDebuggerUrl)
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  const over = new AbortController()
  let [most, count] = [0, 0]

  const send = (method: string, params: object, more: object = {}): number => {
    count += 1
    socket.send(JSON.stringify({ id: count, method, params, ...more }))
    return count
  }

  const session = inThread
    ? await new Promise<{ sessionId: string }>((resolve) => {
        socket.addEventListener('message', ({ data }) => {
          const said = Attached.safeParse(JSON.parse(String(data)))
          if (said.success) resolve({ sessionId: said.data.params.sessionId })
        })
        send('Target.setAutoAttach', {
          autoAttach: true,
          waitForDebuggerOnStart: false,
          flatten: true,
        })
      })
    : {}

  const used = () =>
    new Promise<number>((resolve, reject) => {
      const id = send('Runtime.getHeapUsage', {}, session)
      const heard = ({ data }: MessageEvent) => {
        const answer = Answer.parse(JSON.parse(String(data)))
        if (answer.id !== id) return
        socket.removeEventListener('message', heard)
        if (answer.result?.usedSize !== undefined) resolve(answer.result.usedSize)
        else reject(new Error(`the heap of ${script}: ${answer.error?.message}`))
      }
      socket.addEventListener('message', heard)
    })
  const watching = (async () => {
    while (!over.signal.aborted) {
      most = Math.max(most, await used())
      await setTimeout(20)
    }
  })()
  return {
    async stop() {
      over.abort()
      await watching
      socket.close()
      return most / 1e6
    },
  }
}
