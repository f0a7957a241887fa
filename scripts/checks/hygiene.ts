import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Check, run, skip, verdict } from './check.ts'

type Rule = { readonly what: string; readonly pattern: RegExp; readonly only?: RegExp }

/** What no tracked file may say, whoever wrote it and on whatever machine. */
const rules: readonly Rule[] = [
  {
    what: 'a registry host',
    pattern: /\b(registry|npm|artifactory|nexus)\.[a-z0-9-]+\.[a-z]{2,}\b/i,
  },
  {
    what: 'a tarball address',
    pattern: /https?:\/\/|\.tgz\b/,
    only: /(lock\.yaml|lock\.json|rc)$/,
  },
  { what: 'a path of one machine', pattern: /(?<![\w.])\/(work|home\/[\w.-]+|Users\/[\w.-]+)\// },
  {
    what: 'a test that silences the others',
    pattern: /\b(test|it|describe|suite)(\.\w+)*\.only\(/,
  },
  {
    what: 'a note to self',
    pattern: /\b(TO[D]O|FIX[M]E|XX[X])\b/,
    only: /\.(m?[jt]sx?|ya?ml|md)$/,
  },
  { what: 'a merge conflict', pattern: /^(<{7}|>{7}) /m },
]

/** Tracked files name no host and no path of this machine, and carry no left-overs. */
export function hygiene(root: string): Check {
  return {
    name: 'hygiene',
    async run() {
      const { code, stdout } = await run('git', ['ls-files', '-z'], { cwd: root })
      if (code !== 0) return skip('this is no git checkout, so no file is tracked')
      const files = stdout.split('\0').filter((file) => file !== '')
      const problems = files.flatMap((file) => inspect(file, read(join(root, file)), root))
      return verdict(problems, `${files.length} files`)
    },
  }
}

/** Every rule that the text of a file breaks, with its line. */
export function inspect(file: string, text: string, root: string): string[] {
  if (text.includes('\0')) return []
  const broken = rules.flatMap(({ what, pattern, only }) => {
    if (only && !only.test(file)) return []
    const found = pattern.exec(text)
    return found ? [`${file}:${lineAt(text, found.index)} ${what}: ${found[0].trim()}`] : []
  })
  for (const place of [root, homedir()]) {
    // A short path such as `/app` or `/root` is a word that a document may well use.
    const index = place.split('/').length > 2 ? text.indexOf(`${place}/`) : -1
    if (index >= 0) broken.push(`${file}:${lineAt(text, index)} a path of this machine: ${place}`)
  }
  return broken
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** A file that is tracked but deleted in the working tree says nothing. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
