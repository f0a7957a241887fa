import { describe, expect, test } from 'vitest'
import { measure, median } from './bench.ts'
import { pointMultiplication } from './yardstick.ts'

/** A bench whose runs give these values, the uncounted first one included. */
function of(unit: string, values: readonly number[], ratio?: boolean) {
  const rest = [...values]
  const rounds = values.length - 1
  const bench = { name: 'a', unit, rounds, run: () => rest.shift() ?? NaN }
  return ratio === undefined ? bench : { ...bench, ratio }
}

describe('a bench', () => {
  test('gives the median and leaves out the first run', async () => {
    expect(await measure(of('MB', [99, 3, 1, 2]), () => 1)).toEqual({
      name: 'a',
      value: 2,
      unit: 'MB',
    })
  })

  test('that takes a time is compared with the yardstick around each run', async () => {
    const yardsticks = [1, 3, 10, 30]
    const { ratio } = await measure(of('ms', [99, 4, 40]), () => yardsticks.shift() ?? NaN)
    expect(ratio).toBe(2)
  })

  test('is compared in its own unit', async () => {
    expect(await measure(of('us', [0, 500]), () => 2)).toMatchObject({ value: 500, ratio: 0.25 })
  })

  test('need not be compared', async () => {
    expect(await measure(of('ms', [0, 1], false), () => 1)).not.toHaveProperty('ratio')
  })
})

test.for([
  [[2], 2],
  [[3, 1], 2],
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
] as const)('the median of %j is %d', ([values, middle]) => {
  expect(median(values)).toBe(middle)
})

test('the yardstick takes time', () => {
  expect(pointMultiplication()).toBeGreaterThan(0)
})
