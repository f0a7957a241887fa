/**
 * Lets everybody else have a turn. A store that answers at once never does: what awaits only it keeps
 * the process to itself.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}
