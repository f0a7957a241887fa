/** All ways to change one field of a message, for all fields that a campaign looks at. */
import { testRng } from '../../src/testing.ts'
import type { Field } from './layouts.ts'
import { mutate, mutators } from './mutators.ts'

/** A message with one field changed. */
export type Change = {
  /** The field and the way: `rv.a[3] negated`. */
  readonly label: string
  readonly body: Uint8Array
}

/**
 * Every field in all fourteen ways that change something. Of an array, the first and the last field
 * and `more` between.
 */
export function changes(
  fields: readonly Field[],
  sent: Uint8Array,
  seed: string,
  more = 0,
): readonly Change[] {
  const seen = new Set<string>()
  return chosen(fields, more, seed).flatMap((field) =>
    mutators.flatMap((how) => {
      const label = `${field.name}[${field.index}] ${how}`
      const body = mutate(sent, fields, field, how, testRng(`${seed}.${label}`))
      if (!body) return []
      // Two ways that give the same bytes are one case.
      const key = Buffer.from(body).toString('base64')
      if (seen.has(key)) return []
      seen.add(key)
      return [{ label, body }]
    }),
  )
}

/** Indices of a long row of fields: the first, the last and `more` seeded ones between. */
function pick(count: number, more: number, seed: string): ReadonlySet<number> {
  const rng = testRng(seed)
  const picked = new Set([0, count - 1])
  for (let i = 0; picked.size < Math.min(count, more + 2); i++)
    picked.add(((rng(`pick/${i}`, 2)[0]! << 8) | rng(`pick/${i}/low`, 1)[0]!) % count)
  return picked
}

/** Rows of at most this many fields are looked at whole. */
const SHORT = 8

function chosen(fields: readonly Field[], more: number, seed: string): readonly Field[] {
  const rows = Map.groupBy(fields, ({ name }) => name)
  const picks = [...rows].flatMap(([name, row]) => {
    if (row.length <= SHORT) return row
    const places = pick(row.length, more, `${seed}/${name}`)
    return row.filter((_, at) => places.has(at))
  })
  const picked = new Set(picks)
  return fields.filter((field) => picked.has(field))
}
