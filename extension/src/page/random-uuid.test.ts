import { expect, test } from 'vitest'
import * as z from 'zod'
import { randomUuid } from './random-uuid.ts'

test('a page without encryption gets the same kind of name as any other', () => {
  const made = Array.from({ length: 200 }, randomUuid)
  for (const one of made) expect(z.uuidv4().safeParse(one).success).toBe(true)
  expect(new Set(made).size).toBe(made.length)
})
