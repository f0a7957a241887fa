/** A daemon whose figures a test reads. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DaemonProcess, startWith } from './daemon.ts'

export type Watched = DaemonProcess & {
  readonly port: number
  /** One line of its metrics: `tandem_connections`. */
  figure(name: string): Promise<number>
  /** How many refusals it has counted of one code. */
  refusals(code: string): Promise<number>
  /** What it has said about itself, one JSON object a line. */
  lines(): { readonly event: string; readonly level: string; readonly port?: number }[]
}

/** @param listen more settings of the table `listen`, as TOML. */
export async function startWatched(home: string, listen = ''): Promise<Watched> {
  const logFile = join(home, 'lines.log')
  const settings = `[log]\nfile = "${logFile}"\n[health]\nport = 0\n[listen]\n${listen}`
  const daemon = await startWith(home, { settings })
  const lines = () =>
    readFileSync(logFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; level: string; port?: number })
  const healthPort = lines().findLast(({ event }) => event === 'health')?.port

  async function figure(name: string): Promise<number> {
    const page = await fetch(`http://127.0.0.1:${healthPort}/metrics`)
    const line = (await page.text()).split('\n').find((one) => one.startsWith(`${name} `))
    return Number(line?.slice(name.length) ?? 0)
  }

  return {
    ...daemon,
    port: Number(daemon.address.split(':')[1]),
    figure,
    refusals: (code) => figure(`tandem_events_total{what="refusal",label="${code}"}`),
    lines,
  }
}
