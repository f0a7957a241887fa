import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** What a check found. One check counts as one, except the test runner, which counts its tests. */
export type Result = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Said in the one line of the check: how much it saw. */
  readonly note: string
  /** What is wrong, in full; empty when nothing is. */
  readonly problems: readonly string[]
}

/** A named step of `npm test`. It reads the working tree and changes nothing in it. */
export type Check = { readonly name: string; run(): Promise<Result> }

/** The result of a check that counts as one: it passes when it found no problem. */
export function verdict(problems: readonly string[], note = ''): Result {
  const failed = problems.length > 0 ? 1 : 0
  return { passed: 1 - failed, failed, skipped: 0, note, problems }
}

/** The result of a check that could not run, and why. */
export function skip(reason: string): Result {
  return { passed: 0, failed: 0, skipped: 1, note: reason, problems: [] }
}

export type Run = { readonly code: number; readonly stdout: string; readonly output: string }

/** Runs a program to its end and keeps what it said; `output` is both streams together. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Record<string, string> },
): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', (error) => {
      resolve({ code: 127, stdout, output: `${output}${error.message}` })
    })
    child.on('close', (code) => {
      resolve({ code: code ?? 1, stdout, output })
    })
  })
}

/** A check that is one program of `node_modules/.bin`: green when its exit code is 0. */
export function tool(root: string, name: string, program: string, ...args: string[]): Check {
  return {
    name,
    async run() {
      const { code, output } = await run(join(root, 'node_modules', '.bin', program), args, {
        cwd: root,
      })
      return verdict(code === 0 ? [] : [output.trim() || `${program} ended with code ${code}`])
    },
  }
}
