/** A line for the person. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** What is being done now, or was done. */
export function step(text: string): void {
  say(`· ${text}`)
}
