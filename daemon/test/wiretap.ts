/** Listens to everything that goes to and from a software TPM. */
import { type Socket, connect, createServer } from 'node:net'
import { freePorts } from './swtpm.ts'

export type Wiretap = {
  readonly tcti: string
  /** Both directions so far. */
  heard(): Buffer
  close(): Promise<void>
}

export async function wiretap(port: number): Promise<Wiretap> {
  const heard: Buffer[] = []
  const own = await freePorts()
  const through = (to: number) =>
    createServer((near: Socket) => {
      const far = connect(to, '127.0.0.1')
      for (const [from, into] of [
        [near, far],
        [far, near],
      ] as const) {
        from.on('data', (data: Buffer) => heard.push(data))
        from.on('error', () => into.destroy())
        from.pipe(into)
      }
    })
  const servers = [through(port), through(port + 1)]
  await Promise.all(
    servers.map(
      (server, at) =>
        new Promise<void>((resolve, reject) => {
          server.on('error', reject)
          server.listen(own + at, '127.0.0.1', resolve)
        }),
    ),
  )
  return {
    tcti: `swtpm:host=127.0.0.1,port=${own}`,
    heard: () => Buffer.concat(heard),
    async close() {
      await Promise.all(
        servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
      )
    },
  }
}
