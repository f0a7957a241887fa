/** What a command writes on: a terminal, a file or a pipe. Only a terminal gets colours. */
export type Paper = {
  readonly isTerminal: boolean
  /** Columns; 80 where nobody knows. */
  readonly width: number
  write(text: string): void
  line(text?: string): void
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  /** What must be seen. */
  readonly loud: (text: string) => string
}

export function paper(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Paper {
  const isTerminal = stream.isTTY
  const colours = isTerminal && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb'
  const styled = (on: number, off: number) => (text: string) =>
    colours ? `\u001b[${on}m${text}\u001b[${off}m` : text
  return {
    isTerminal,
    width: Math.min(stream.columns > 0 ? stream.columns : 80, 100),
    write: (text) => void stream.write(text),
    line: (text = '') => void stream.write(`${text}\n`),
    bold: styled(1, 22),
    dim: styled(2, 22),
    loud: (text) => styled(1, 22)(styled(31, 39)(text)),
  }
}

/** Rows of two columns; the second is wrapped under itself. */
export function rows(
  { width }: Pick<Paper, 'width'>,
  pairs: readonly (readonly [string, string])[],
  style: (name: string) => string = (name) => name,
): string {
  const column = Math.max(0, ...pairs.map(([name]) => name.length)) + 2
  return pairs
    .map(([name, value]) => {
      const lines = wrap(value, Math.max(20, width - column - 2))
      const rest = lines.slice(1).map((line) => `\n${' '.repeat(column + 2)}${line}`)
      return `  ${style(name)}${' '.repeat(column - name.length)}${lines[0] ?? ''}${rest.join('')}\n`
    })
    .join('')
}

/**
 * Breaks between words; a word that is longer stays whole, so that it can be copied. What is indented and has two
 * columns goes on under the second one.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const first = /^ */.exec(paragraph)?.[0] ?? ''
    const rest = ' '.repeat(/^ +\S+ {2,}/.exec(paragraph)?.[0].length ?? first.length)
    const lines: string[] = []
    let line = ''
    let indent = first
    for (const word of paragraph.trim().split(' ')) {
      if (line !== '' && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line)
        line = word
        indent = rest
      } else line = line === '' ? word : `${line} ${word}`
    }
    return [...lines, indent + line]
  })
}
