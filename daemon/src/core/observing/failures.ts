import type { Failure } from '../../ports/log-lines.ts'

const CAUSES = 5
const FRAMES = 12

/** An error and its causes, without a word of what they say. */
export function failuresOf(error: unknown): Failure[] {
  const found: Failure[] = []
  for (let one = error; one !== undefined && found.length < CAUSES; one = causeOf(one))
    found.push(failureOf(one))
  return found
}

const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined)

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { name: error.name, ...code, frames: framesOf(error) }
}

/** Where a stack says that its lines are places, and nothing else. */
const frame =
  /^ {4}at (?:(?:async |new )?[\w$.<>[\]# ]{1,80} \()?(?:file:\/\/|node:|\/)[\w@/.+-]{1,300}:\d+:\d+\)?$/

function framesOf(error: Error): string[] {
  const stack = error.stack ?? ''
  const [start = ''] = /^[\w ]{1,60}(?: \[\w{1,60}\])?(?:: )?/.exec(stack) ?? []
  const rest = stack.slice(start.length)
  if (!rest.startsWith(`${error.message}\n    at `)) return []
  // SECURITY: a message quotes what came from outside, perhaps in the form of places. Test: src/core/observing/failures.test.ts "the message of an error stays out, whatever it looks like: it %s"
  return rest
    .slice(error.message.length)
    .split('\n')
    .filter((line) => frame.test(line))
    .slice(0, FRAMES)
    .map((line) => line.slice('    at '.length))
}
