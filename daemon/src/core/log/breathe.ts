/** Work that holds the process longer than this keeps others waiting. */
const LONG_MS = 10

/**
 * Lets everybody else have a turn. A store that answers at once never does: what awaits only it keeps
 * the process to itself.
 */
export function breathe(pauseMs = 0): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, pauseMs)
  })
}

/**
 * Breathes whenever it is called a while after the last breath.
 *
 * @param longMs what a while is. @param pauseMs how long a breath is, for work that nobody waits for.
 */
export function breather(longMs = LONG_MS, pauseMs = 0): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < longMs) return
    await breathe(pauseMs)
    last = performance.now()
  }
}
