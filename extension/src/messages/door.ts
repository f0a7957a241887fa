import { EngineError } from './engine.ts'

/**
 * The one way out to nodes: only hosts that somebody chose are asked, nothing follows a redirect to
 * another, and no cookie goes along.
 */
export function door(allowed: () => ReadonlySet<string>, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    // SECURITY: what this wallet asks, and from where, is nobody's business but the chosen nodes'. Test: src/messages/door.test.ts "a host that nobody chose is not asked"
    if (!allowed().has(url.origin))
      throw new EngineError('host', `${url.host} is none of the nodes that were chosen`)
    return send(input, { ...init, redirect: 'error', credentials: 'omit', referrer: '' })
  }
}
