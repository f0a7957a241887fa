/** What a secret prints as. */
const REDACTED = '<redacted>'

/**
 * Makes an object that holds secrets print as `<redacted>`, in JSON and in Node's inspection,
 * wherever it is nested. Its bytes stay readable to code; a spread copy prints again.
 */
export function unprintable<T extends object>(secret: T): T {
  return Object.defineProperties(secret, {
    toJSON: { value: () => REDACTED },
    [Symbol.for('nodejs.util.inspect.custom')]: { value: () => REDACTED },
  })
}
