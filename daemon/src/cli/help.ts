import type { Command } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { type Paper, rows, wrap } from './paper.ts'

const everywhere = [
  ['--folder FOLDER', 'where the co-signer is, instead of ~/.local/share/tandem'],
  ['--config FILE', 'the settings, instead of ~/.config/tandem/tandem.toml'],
  ['--json', 'one JSON object a line, for programs'],
  ['--help', 'what a command does'],
] as const

/** The list of commands, with the way to begin. */
export function overview(paper: Paper, commands: readonly Command[]): string {
  const groups = Map.groupBy(commands, ({ group }) => group)
  const lists = [...groups].map(
    ([group, members]) =>
      `${paper.bold(group)}\n${rows(
        paper,
        members.map(({ name, summary }) => [name, summary]),
      )}`,
  )
  return `${paper.bold('tandem')}  your co-signer: it holds one share, and signs what your rules allow

To begin: tandem init, then tandem start, then tandem pair in another window.

${lists.join('\n')}
${paper.bold('With every command')}
${rows(paper, everywhere)}
More: tandem help COMMAND, tandem help exit-codes
`
}

export function helpOf(paper: Paper, command: Command): string {
  const { name, summary, usage, help, optionHelp = [] } = command
  const text = wrap(help, paper.width).join('\n')
  const options = rows(paper, [...optionHelp, ...everywhere])
  const title = `tandem ${name}`
  const heading = wrap(`${title}  ${summary}`, paper.width).join('\n')
  return `${paper.bold(title)}${heading.slice(title.length)}

${usage.map((line) => `  ${line}`).join('\n')}

${text}

${paper.bold('Options')}
${options}`
}

/** The same for a program: the list, one command, or how commands end. */
export function helpJson(commands: readonly Command[], topic: Command | 'exit-codes' | undefined) {
  if (topic === undefined)
    return { commands: commands.map(({ name, group, summary }) => ({ name, group, summary })) }
  if (topic === 'exit-codes')
    return {
      exitCodes: Object.entries(exitCodes).map(([error, [code, text]]) => ({ error, code, text })),
    }
  const { name, group, summary, usage, help, optionHelp = [] } = topic
  const options = [...optionHelp, ...everywhere].map(([option, text]) => ({ option, text }))
  return { name, group, summary, usage, help, options }
}

export function exitCodeHelp(paper: Paper): string {
  const list = Object.values(exitCodes).map(([code, text]) => [String(code), text] as const)
  return `${paper.bold('How a command ends')}\n${rows(paper, list)}`
}
