import { worked } from './worked.ts'

/**
 * The longest time for which one turn of the event loop kept this thread at work, in milliseconds. A turn is what
 * happens between two checks of the loop: everything that the daemon does for all frames that had come.
 */
export function turns(): { reset(): number } {
  let longest = 0
  let last = worked()
  // Does not keep the loop from waiting for sockets: it only looks while there is anything to do.
  const look = () => {
    const now = worked()
    longest = Math.max(longest, now - last)
    last = now
    setTimeout(look, 0).unref()
  }
  look()
  return {
    reset() {
      const found = longest
      longest = 0
      return found
    },
  }
}
