import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Job, Outcome } from './runner.ts'

/** What a job came to: an outcome, or no answer in time, or a runner that died of it. */
export type Answer = Outcome | 'hung' | 'died'

export type Lane = { run(job: Job, timeoutMs: number): Promise<Answer>; close(): void }

/** Runs jobs in a copy of the workspace, one at a time; a job that hangs is killed with its runner. */
export function lane(copy: string, env: Record<string, string> = {}): Lane {
  let runner: ChildProcess | undefined
  let said = ''

  function start(): ChildProcess {
    said = ''
    // Its own process group, so that the workers it starts end with it.
    const child = fork(join(import.meta.dirname, 'runner.ts'), [copy], {
      cwd: copy,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-4000)
    })
    return child
  }

  function close(): void {
    if (runner?.pid !== undefined && runner.exitCode === null) {
      try {
        process.kill(-runner.pid, 'SIGKILL')
      } catch {
        // It ended by itself in the meantime.
      }
    }
    runner = undefined
  }
  process.once('exit', close)

  return {
    run(job, timeoutMs) {
      const child = (runner ??= start())
      return new Promise((resolve) => {
        const finish = (answer: Answer) => {
          clearTimeout(timer)
          child.removeAllListeners('message').removeAllListeners('close')
          if (answer === 'hung' || answer === 'died') close()
          if (answer === 'died') process.stderr.write(`${said}\n`)
          resolve(answer)
        }
        const timer = setTimeout(() => {
          finish('hung')
        }, timeoutMs)
        child.on('message', (outcome) => {
          finish(outcome as Outcome)
        })
        child.on('close', () => {
          finish('died')
        })
        child.send(job)
      })
    },
    close,
  }
}
