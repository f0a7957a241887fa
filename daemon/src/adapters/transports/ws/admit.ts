import { isIPv6 } from 'node:net'
import type { Door } from '../../../ports/transport.ts'

/** What an upgrade says about its caller. */
type Knock = {
  readonly url?: string | undefined
  /** Every value of each header. */
  readonly headersDistinct: NodeJS.Dict<string[]>
}

/** Who may shake hands, or why not. */
export type Admission =
  | { readonly isIn: true; readonly origin: string | undefined }
  | { readonly isIn: false; readonly why: 'origin' | 'host'; readonly said: string }

/** Identities that a browser gives to an extension; a web page cannot have one. */
const extension =
  /^(?:chrome-extension:\/\/[a-p]{32}|moz-extension:\/\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/**
 * Decides by the two headers that a browser sets and no page can change. Who comes in can do nothing
 * there but pair, or be who it paired as.
 *
 * @param port on which it came.
 */
export function admit(knock: Knock, door: Door, port: number): Admission {
  const { origin: origins = [], host: hosts = [] } = knock.headersDistinct
  const [origin] = origins
  const [host = ''] = hosts
  // SECURITY: a name that a page rebinds to this machine is not ours. Test: src/adapters/transports/ws/admit.test.ts "of %s and %s: %s"
  if (hosts.length !== 1 || !namesOf(door, port).includes(host))
    return { isIn: false, why: 'host', said: hosts.join(', ') }
  const isKnown = origin === undefined || door.origins.includes(origin) || extension.test(origin)
  // SECURITY: a web page must not reach the daemon through its visitor's browser. Test: src/adapters/transports/ws/admit.test.ts "of %s and %s: %s"
  if (origins.length > 1 || !isKnown)
    return { isIn: false, why: 'origin', said: origins.join(', ') }
  return { isIn: true, origin }
}

/**
 * The names under which it is found. Browsers resolve `localhost` to loopback themselves; an address
 * for all interfaces is none.
 */
function namesOf({ host, hosts }: Door, port: number): string[] {
  const [four, six] = [`127.0.0.1:${port}`, `[::1]:${port}`]
  const local = `localhost:${port}`
  switch (host) {
    case '0.0.0.0':
    case '127.0.0.1':
      return [four, local, ...hosts]
    case '::1':
      return [six, local, ...hosts]
    case '::':
      return [four, six, local, ...hosts]
    default:
      return [`${isIPv6(host) ? `[${host}]` : host}:${port}`, ...hosts]
  }
}
