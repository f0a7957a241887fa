import { run } from '../checks/check.ts'

/** The lines of each file that differ from a base, committed or not. `'all'` stands for every line. */
export type Changed = ReadonlyMap<string, 'all' | ReadonlySet<number>>

/**
 * The lines changed since `base`: where the work left `origin/main`; on main itself, a day ago.
 * `undefined` means that there is nothing to compare with, so everything counts as changed.
 */
export async function changedLines(root: string, base?: string): Promise<Changed | undefined> {
  const from = base ?? (await defaultBase(root))
  if (from === undefined) return undefined
  const diff = await git(root, 'diff', '--unified=0', '--no-color', '--no-ext-diff', from, '--')
  if (diff === undefined) throw new Error(`git cannot compare with ${from}`)
  const untracked = await git(root, 'ls-files', '--others', '--exclude-standard')

  const changed = new Map<string, 'all' | ReadonlySet<number>>(linesOf(diff))
  for (const file of (untracked ?? '').split('\n')) if (file !== '') changed.set(file, 'all')
  return changed
}

/** The new line numbers in each file of a diff without context. */
export function linesOf(diff: string): Map<string, Set<number>> {
  const files = new Map<string, Set<number>>()
  let lines = new Set<number>()
  for (const line of diff.split('\n')) {
    const file = /^\+\+\+ b\/(.+)$/.exec(line)?.[1]
    if (file !== undefined) {
      lines = new Set()
      files.set(file, lines)
    }
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line)
    if (!hunk) continue
    const [first, count] = [Number(hunk[1]), Number(hunk[2] ?? 1)]
    // Removed lines leave a seam; the lines on both sides of it have a new neighbour.
    if (count === 0) lines.add(first).add(first + 1)
    for (let offset = 0; offset < count; offset += 1) lines.add(first + offset)
  }
  return files
}

async function defaultBase(root: string): Promise<string | undefined> {
  const head = await git(root, 'rev-parse', '--verify', '--quiet', 'HEAD')
  const fork = await git(root, 'merge-base', 'origin/main', 'HEAD')
  if (fork !== undefined && fork !== head) return fork.trim()
  // On main itself: what came in the last day, which is all of a young repository.
  const older = await git(root, 'rev-list', '-1', '--before=24 hours ago', 'HEAD')
  return older?.trim() || undefined
}

async function git(root: string, ...args: string[]): Promise<string | undefined> {
  const { code, stdout } = await run('git', args, { cwd: root })
  return code === 0 ? stdout : undefined
}
