import { inTurn } from './log/in-turn.ts'

/** Work of so many milliseconds at once keeps nobody waiting who could tell. */
const LONG_MS = 20

const turn = inTurn()
let since = -Infinity

/**
 * To be awaited before work that takes milliseconds. Of fifty frames that come at once, or signatures that
 * waited for the same transaction, some are worked on; then sockets, timers and commands have their
 * turn, and then the next ones, in the order in which they came.
 */
export function fairTurn(): Promise<void> {
  return turn(async () => {
    if (performance.now() - since < LONG_MS) return
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  })
}
