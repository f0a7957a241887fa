/** What pages, workers and extensions of a browser asked of the network, by the browser's own log. */
import { readFileSync } from 'node:fs'
import * as z from 'zod'

const Log = z.object({
  constants: z.object({ logEventTypes: z.record(z.string(), z.number()) }),
  events: z.array(
    z.object({
      type: z.number(),
      params: z
        .object({ url: z.string(), initiator: z.string() })
        .partial()
        .optional()
        .catch(undefined),
    }),
  ),
})

/** To start Chromium with. */
export const netLogArgs = (file: string): string[] => [`--log-net-log=${file}`]

/** What the log says of requests that the browser makes for itself, such as looking for another version. */
const BY_ITSELF = 'not an origin'

/** Hosts with their ports, sorted, once the browser has ended. */
export function hostsAsked(file: string): string[] {
  const { constants, events } = Log.parse(JSON.parse(readFileSync(file, 'utf8')))
  const begins = constants.logEventTypes['URL_REQUEST_START_JOB']
  const urls = events.flatMap(({ type, params }) =>
    type === begins && params?.url && params.initiator !== BY_ITSELF ? [params.url] : [],
  )
  const hosts = urls.filter((url) => /^(?:https?|wss?):/.test(url)).map((url) => new URL(url).host)
  return [...new Set(hosts)].toSorted()
}
