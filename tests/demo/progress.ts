const isTerminal = process.stdout.isTTY
const dim = (text: string) => (isTerminal ? `\u001B[2m${text}\u001B[22m` : text)

/** A line for the person. */
export const say = (text = ''): void => void process.stdout.write(`${text}\n`)

/** Says what is being done while it is, and how long it took. */
export async function doing<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  if (isTerminal) process.stdout.write(`  ${what} ...`)
  try {
    const made = await work()
    const ms = Math.round(performance.now() - started)
    process.stdout.write(`${isTerminal ? '\r' : ''}✓ ${what.padEnd(52)} ${dim(`${ms} ms`)}\n`)
    return made
  } catch (error) {
    process.stdout.write(`${isTerminal ? '\r' : ''}✗ ${what}\n`)
    throw error
  }
}
