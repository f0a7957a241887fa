/** Faults at one system call of a process that runs. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'

export const hasStrace = spawnSync('strace', ['-V']).status === 0

/** What happens at which calls: `when` counts from 1, `3+` is every one from the third on. */
export type Fault = {
  readonly calls: string
  readonly what: 'signal=SIGKILL' | 'error=EIO' | 'error=ENOSPC'
  readonly when: string
  /** Only calls on this file. */
  readonly path?: string
}

export type Armed = {
  /** Lets go of a process, dead or alive. @returns whether the fault happened. */
  disarm(): Promise<boolean>
}

/**
 * As words for `strace`, for a program that starts or one that runs. Of the main thread only: it makes
 * every call on the database and on the sockets.
 */
export const faultOf = ({ calls, what, when, path }: Fault, log: string): string[] => [
  'strace',
  '-y',
  '-o',
  log,
  ...(path === undefined ? [] : ['-P', path]),
  '-e',
  `trace=${calls}`,
  '-e',
  `inject=${calls}:${what}:when=${when}`,
]

/** Arms a process with a fault. Resolves once it counts. */
export async function arm(pid: number, log: string, fault: Fault): Promise<Armed> {
  const [program = '', ...args] = faultOf(fault, log)
  const child = spawn(program, [...args, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await attached(child)
  const over = once(child, 'exit')
  return {
    async disarm() {
      if (child.exitCode === null && child.signalCode === null) {
        // The tracer of a process that was killed may wait for a thread that nobody reaps.
        child.kill(isGone(pid) ? 'SIGKILL' : 'SIGINT')
        await over
      }
      const lines = readFileSync(log, 'utf8').split('\n')
      rmSync(log)
      if (fault.what !== 'signal=SIGKILL') return lines.some((line) => line.includes('(INJECTED)'))
      // The call that kills may be the last thing that is written down of a process.
      return isGone(pid) || mostCalls(lines) >= Number.parseInt(fault.when, 10)
    },
  }
}

/** How often the most frequent call was made: each kind of call is counted by itself. */
function mostCalls(lines: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const line of lines) {
    const [, name] = /^(?:\d+ +)?([a-z0-9_]+)\(/.exec(line) ?? []
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

async function attached(child: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString()
      if (said.includes('attached')) resolve()
    })
    child.once('exit', () => reject(new Error(`strace: ${said}`)))
  })
}

/** Kills what a tracer runs: by itself it takes no signal meanwhile. */
export function killTraced(tracer: number): void {
  const children = readFileSync(`/proc/${tracer}/task/${tracer}/children`, 'utf8')
  for (const pid of children.trim().split(' ')) process.kill(Number(pid), 'SIGKILL')
}

/** Whether nothing but the entry of a process is left. */
function isGone(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}
