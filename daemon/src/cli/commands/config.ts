import { configPath } from '../../config.ts'
import type { Command, Desk } from '../command.ts'

export const config: Command = {
  name: 'config',
  group: 'Look inside',
  summary: 'every setting as it is now, and where it comes from',
  usage: ['tandem config [--config FILE]'],
  help: `Settings are one TOML file, which need not be there:

  $XDG_CONFIG_HOME/tandem/tandem.toml, else ~/.config/tandem/tandem.toml

requests.keep_days says for how many days a request that is over is kept in full, from 30 on; after that it is still never signed again.

A flag counts before the file, the file before the default. A setting that Tandem does not know is an error, and so is a file that other users can write. What it prints is such a file.`,
  operands: [0, 0],
  run,
}

async function run({ paper, json, settings }: Desk): Promise<void> {
  const { config: all, origins, path, sealing } = settings()
  const found = [...origins].map(([name, origin]) => ({ name, value: valueAt(all, name), origin }))
  if (json) return paper.line(JSON.stringify({ file: path ?? null, settings: found, sealing }))
  paper.line(
    paper.dim(path === undefined ? `# There is no ${configPath(process.env)}.` : `# ${path}`),
  )
  let table = ''
  const plainFirst = found.toSorted((a, b) => tableOf(a.name).localeCompare(tableOf(b.name)))
  const written = plainFirst.map((one) => ({
    ...one,
    line: `${leaf(one.name)} = ${toml(one.value)}`,
  }))
  const column = Math.min(44, Math.max(...written.map(({ line }) => line.length)))
  for (const { name, line, origin } of written) {
    if (tableOf(name) !== table) {
      table = tableOf(name)
      paper.line(`\n[${table}]`)
    }
    paper.line(`${line.padEnd(column)}  ${paper.dim(`# ${origin}`)}`)
  }
  if (sealing && !all.sealing)
    paper.line(`\n${paper.dim(`# Sealed by ${sealing.kind}, as tandem init chose.`)}`)
}

const tableOf = (name: string): string => name.split('.').slice(0, -1).join('.')
const leaf = (name: string): string => name.split('.').at(-1) ?? name

function valueAt(tree: unknown, name: string): unknown {
  return name.split('.').reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null) return undefined
    return Object.entries(value).find(([key]) => key === part)?.[1]
  }, tree)
}

function toml(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => JSON.stringify(item))
    return items.length < 2
      ? `[${items.join('')}]`
      : `[\n${items.map((item) => `  ${item},\n`).join('')}]`
  }
  return JSON.stringify(value) ?? '""'
}
