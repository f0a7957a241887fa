/** Commands that are killed while they run, at one system call after the other. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
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
