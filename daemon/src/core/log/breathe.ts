/** Work that holds the process longer than this keeps others waiting. */
const LONG_MS = 10

/**
 * Lets everybody else have a turn. A store that answers at once never does: what awaits only it keeps
 * the process to itself.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}

/** Breathes whenever it is called a while after the last breath. @param longMs what a while is. */
export function breather(longMs = LONG_MS): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < longMs) return
    await breathe()
    last = performance.now()
  }
}
