import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { show } from '@tandem/chains'
import type * as z from 'zod'
import { type Command, type ErrorCode, Event, Line } from '../core/operator/messages.ts'
import { socketOf } from '../folder.ts'
import { CliError } from './cli-error.ts'
import type { Ending } from './exit-code.ts'

/** Hears events before the answer. */
export type Listener = (event: Event, reply: (known: boolean) => void) => void

export type Asking = {
  readonly listener?: Listener
  /** Goes after the command, which says how long it is. For the caller to wipe. */
  readonly secret?: Uint8Array
  /** Ends it from here; the answer is then `undefined`. */
  readonly stop?: AbortSignal
}

/** Asks the daemon of a folder. @throws {CliError} */
export function ask<T>(folder: string, command: Command, answer: z.ZodType<T>): Promise<T>
export function ask<T>(
  folder: string,
  command: Command,
  answer: z.ZodType<T>,
  asking: Asking,
): Promise<T | undefined>
export async function ask<T>(
  folder: string,
  command: Command,
  answer: z.ZodType<T>,
  { listener, secret, stop }: Asking = {},
): Promise<T | undefined> {
  const socket = connect(socketOf(folder))
  stop?.addEventListener('abort', () => socket.destroy())
  const reply = (known: boolean) => socket.write(`${JSON.stringify({ reply: 'words', known })}\n`)
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    socket.write(`${JSON.stringify(command)}\n`)
    if (secret) socket.write(secret)
    const lines = createInterface({ input: socket })
    // A socket that is gone does not end its lines.
    socket.once('close', () => lines.close())
    for await (const text of lines) {
      const line = Line.parse(JSON.parse(text, visible))
      if ('event' in line) listener?.(Event.parse(line), reply)
      else if ('error' in line) throw failure(line.error, line.message)
      else return answer.parse(line.answer)
    }
  } catch (error) {
    if (stop?.aborted === true) return undefined
    if (error instanceof CliError || !isGone(error)) throw error
    throw new CliError(
      'no-daemon',
      `No co-signer is running on ${folder}.`,
      'Run: tandem start',
      error,
    )
  } finally {
    socket.destroy()
  }
  if (stop?.aborted === true) return undefined
  throw new CliError('no-daemon', 'The co-signer stopped before it answered.', 'Run: tandem doctor')
}

/** What others wrote must not move the cursor or change colours. */
const visible = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? show(value).text : value

function isGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    /^E(NOENT|CONNREFUSED|CONNRESET|PIPE)$/.test(String(error.code))
  )
}

const endings: Readonly<Record<ErrorCode, Ending>> = {
  sealed: 'sealed',
  'wrong-secret': 'no',
  locked: 'no',
  damaged: 'no',
  'not-found': 'no',
  ambiguous: 'no',
  over: 'no',
  refused: 'no',
  'unknown-command': 'internal',
  internal: 'internal',
}

const advice: Readonly<Partial<Record<ErrorCode, string>>> = {
  sealed: 'Run: tandem unseal, or tandem doctor to see what is missing.',
  ambiguous: 'Type more of the id.',
  damaged: 'Run: tandem doctor. Nothing is signed until it is whole.',
  'unknown-command': 'The co-signer that runs is of another version: restart it.',
}

function failure(code: ErrorCode, message: string): CliError {
  const [first = '', ...rest] = message
  return new CliError(endings[code], `${first.toUpperCase()}${rest.join('')}.`, advice[code])
}
