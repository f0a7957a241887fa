/** Looks for secrets in bytes, in the forms in which a program may have let them out. */

/** A secret by its name: bytes, or the words of a phrase. */
export type Secret = {
  readonly name: string
  readonly bytes?: Uint8Array
  readonly words?: readonly string[]
}

/** Words in a row that nobody writes by chance. */
const RUN = 4

/** @returns what was found, as `name (form)`. */
export function leaksIn(haystack: Uint8Array, secrets: readonly Secret[]): string[] {
  const found = new Set<string>()
  const where = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.byteLength)
  for (const secret of secrets)
    for (const [form, needle] of formsOf(secret))
      if (where.includes(needle)) found.add(`${secret.name} (${form})`)
  return [...found]
}

function formsOf({ bytes, words = [] }: Secret): (readonly [string, Buffer])[] {
  const forms: (readonly [string, Buffer])[] = []
  if (bytes) {
    const raw = Buffer.from(bytes)
    const hex = raw.toString('hex')
    forms.push(['raw', raw], ['hex', Buffer.from(hex)], ['HEX', Buffer.from(hex.toUpperCase())])
    // In the middle of other bytes it stands at one of three places.
    for (const shift of [0, 1, 2]) {
      const shifted = Buffer.concat([Buffer.alloc(shift), raw]).toString('base64')
      forms.push(['base64', Buffer.from(shifted.slice(4, -4))])
    }
    forms.push(['JSON', Buffer.from(raw.join(','))])
  }
  for (let at = 0; at + RUN <= words.length; at += 1) {
    const run = words.slice(at, at + RUN)
    forms.push(
      ['text', Buffer.from(run.join(' '))],
      ['UTF-16', Buffer.from(run.join(' '), 'utf16le')],
      ['JSON', Buffer.from(run.join('","'))],
      ['list', Buffer.from(run.join(','))],
    )
  }
  return forms
}
