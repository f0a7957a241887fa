/**
 * A secret on its way from a screen to the engine, as bytes. The messages of the browser are text,
 * which nobody can wipe; this is a channel between documents of one origin, which hands over bytes that
 * both sides wipe. No page has that origin.
 */

/** One that nobody has come for is gone after this. */
const PATIENCE_MS = 10_000
const GIVE = 'give'

const channelOf = (name: string): BroadcastChannel => new BroadcastChannel(`handed-over/${name}`)

/**
 * Keeps a secret ready for the one who knows its name, once.
 *
 * @returns its name, and how to take it back, which wipes it.
 */
export function handOver(secret: Uint8Array): { readonly name: string; end(): void } {
  const name = crypto.randomUUID()
  const channel = channelOf(name)
  function end(): void {
    channel.close()
    secret.fill(0)
  }
  channel.addEventListener('message', ({ data }) => {
    if (data !== GIVE) return
    // It has one origin, and no window.
    // oxlint-disable-next-line require-post-message-target-origin
    channel.postMessage(secret)
    end()
  })
  return { name, end }
}

/** The secret of this name, which the caller wipes. @throws when nobody hands it over. */
export function takeOver(name: string): Promise<Uint8Array> {
  const channel = channelOf(name)
  return new Promise<Uint8Array>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('nobody hands it over')), PATIENCE_MS)
    channel.addEventListener('message', ({ data }) => {
      clearTimeout(late)
      if (data instanceof Uint8Array) resolve(data)
      else reject(new Error('expected bytes'))
    })
    // oxlint-disable-next-line require-post-message-target-origin
    channel.postMessage(GIVE)
  }).finally(() => channel.close())
}
