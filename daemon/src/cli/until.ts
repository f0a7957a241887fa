/** A signal that also ends at a moment. */
export function until(stop: AbortSignal): {
  readonly signal: AbortSignal
  at(moment: Date): void
  clear(): void
} {
  const own = new AbortController()
  let timer: NodeJS.Timeout | undefined
  // A process waits for its timers before it ends.
  stop.addEventListener('abort', () => clearTimeout(timer))
  return {
    signal: AbortSignal.any([stop, own.signal]),
    at(moment) {
      clearTimeout(timer)
      timer = setTimeout(() => own.abort(), moment.getTime() - Date.now())
    },
    clear: () => clearTimeout(timer),
  }
}
