import { expect, test } from 'vitest'
import { coreLimit } from './machine.ts'

const limitsOf = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units
Max data size             unlimited            unlimited            bytes
Max core file size        ${soft.padEnd(20)} unlimited            bytes
`

test.for([
  ['writes nothing of a crash', '0', 'core\n', undefined],
  ['limits a crash, and lets it be', '1024', 'core\n', 'LimitCORE=0'],
  ['writes all of a crash', 'unlimited', 'core\n', 'ulimit -c 0'],
  ['asks for the limit', '0', '|/usr/lib/systemd/systemd-coredump %P %u\n', undefined],
  ['has a limit that nobody asks for', '0', '|/opt/collect %p\n', 'kernel.core_pattern'],
  ['says nothing of handlers', '0', '', undefined],
] as const)('a machine that %s', ([, soft, pattern, fix]) => {
  const found = coreLimit(1, { limits: limitsOf(soft), pattern })
  expect(found).toMatchObject({ what: 'memory' })
  if (fix === undefined) expect(found?.fix).toBeUndefined()
  else expect(found?.fix).toContain(fix)
})

test('a system that says nothing of limits is not wrong', () => {
  expect(coreLimit(1, { limits: '', pattern: 'core' })).toBeUndefined()
})
