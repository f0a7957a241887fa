import type * as z from 'zod'
import { ask } from './client.ts'
import { CliError } from './cli-error.ts'
import type { Desk } from './command.ts'

/** Of one answer. */
const PAGE = 100

export const pageOptions = { limit: { type: 'string' }, after: { type: 'string' } } as const
export const pageHelp = [
  ['--limit NUMBER', 'no more than so many'],
  ['--after PLACE', 'go on where a list with --limit ended'],
] as const

/** The pages of a long list, until its end or as many things as `--limit` says. */
export async function* pages<T extends { readonly next?: string | undefined }>(
  desk: Desk,
  command: 'devices' | 'wallets' | 'pending',
  answer: z.ZodType<T>,
  sizeOf: (page: T) => number,
): AsyncGenerator<T> {
  let left = Number(desk.option('limit') ?? Infinity)
  if (!(left >= 1) || (left !== Infinity && !Number.isInteger(left)))
    throw new CliError('usage', '--limit takes a number from 1 on.')
  let after = desk.option('after')
  if (after !== undefined && !/^([0-9a-f]{2})+$/.test(after))
    throw new CliError('usage', '--after takes what a list said as "next".')
  const { folder } = desk.settings().config
  do {
    const limit = Math.min(left, PAGE)
    const page = await ask(
      folder,
      { command, limit, ...(after !== undefined && { after }) },
      answer,
    )
    yield page
    left -= sizeOf(page)
    after = page.next
  } while (after !== undefined && left > 0 && !desk.stop.aborted)
}
