/** Commands that are killed, or that the disk fails, while they run: at one system call after the other. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { program } from './daemon.ts'

const strace = '/usr/bin/strace'
export const hasStrace = existsSync(strace)

/** Runs a command that is killed when it makes a system call for the n-th time. @returns whether that was so. */
export function killedAt(call: string, place: number, args: readonly string[]): boolean {
  const inject = `inject=${call}:signal=SIGKILL:when=${place}`
  const quiet = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject]
  const { status, signal, stderr } = spawnSync(
    strace,
    [...quiet, process.execPath, program, ...args],
    { encoding: 'utf8' },
  )
  if (status === 0) return false
  if (signal !== 'SIGKILL') throw new Error(`it ended by itself: ${stderr}`)
  return true
}

/** How a command ended whose disk refused something. */
export type Refused = {
  readonly code: number | null
  readonly err: string
  /** How often the disk refused. */
  readonly faults: number
}

/**
 * Runs a command while the disk refuses to make a file durable.
 *
 * @param trace a file for what strace sees.
 * @param when as strace takes it: `3` the third time only, `3+` from then on.
 */
export function refusedAt(
  path: string,
  when: string,
  trace: string,
  args: readonly string[],
): Refused {
  const calls = 'fsync,fdatasync'
  const inject = `inject=${calls}:error=EIO:when=${when}`
  const quiet = ['-f', '-qq', '-o', trace, '-P', path, '-e', `trace=${calls}`, '-e', inject]
  const { status, stderr } = spawnSync(strace, [...quiet, process.execPath, program, ...args], {
    encoding: 'utf8',
  })
  const faults = readFileSync(trace, 'utf8').split('(INJECTED)').length - 1
  return { code: status, err: stderr, faults }
}
