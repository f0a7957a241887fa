import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { architecture, judge } from './architecture.ts'

const root = join(import.meta.dirname, '..', '..')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-walls-'))
  for (const file of ['.dependency-cruiser.js', 'tsconfig.json', 'package.json'])
    cpSync(join(root, file), join(folder, file))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const good = {
  'packages/protocol/src/index.ts': "export { a } from './a.ts'",
  'packages/protocol/src/a.ts': 'export const a = 1',
  'packages/protocol/src/simulate.ts': "export { a } from './a.ts'",
  'packages/protocol/src/a.test.ts': "import './simulate.ts'\nimport 'node:fs'",
  'packages/protocol/bench/a.bench.ts': "import '../src/simulate.ts'",
  'daemon/src/main.ts': "import './adapters/stores/one.ts'",
  'daemon/src/adapters/stores/one.ts': 'export {}',
  'daemon/src/adapters/notify/two.ts': 'export {}',
  'extension/src/ui/one.ts': 'export {}',
  'tests/a.test.ts': "import '../packages/protocol/src/simulate.ts'",
}

/** Violations, each in a file of its own: the rule, the folder, what it must not import there. */
const planted = [
  ['protocol-runs-anywhere', 'packages/protocol/src', 'node:fs'],
  ['protocol-runs-anywhere', 'packages/protocol/src', 'vitest'],
  ['protocol-and-chains-are-strangers', 'packages/chains/src', '../../protocol/src/a.ts'],
  ['packages-know-no-program', 'packages/protocol/src', '../../../daemon/src/main.ts'],
  ['front-door-only', 'daemon/src', '../../packages/protocol/src/a.ts'],
  ['daemon-and-extension-are-strangers', 'extension/src', '../../daemon/src/main.ts'],
  ['core-knows-no-adapter', 'daemon/src/core', '../adapters/stores/one.ts'],
  ['core-knows-no-adapter', 'daemon/src/core', 'node:fs'],
  ['ports-are-only-contracts', 'daemon/src/ports', '../adapters/stores/one.ts'],
  ['adapters-do-not-meet', 'daemon/src/adapters/stores', '../notify/two.ts'],
  ['only-main-picks-adapters', 'daemon/src/service', '../adapters/stores/one.ts'],
  ['page-script-is-alone', 'extension/src/page', '../ui/one.ts'],
  ['contexts-talk-in-messages', 'extension/src/background', '../ui/one.ts'],
  ['contexts-talk-in-messages', 'extension/src/engine', '../ui/one.ts'],
  ['tests-stay-out-of-the-product', 'packages/protocol/src', './simulate.ts'],
  ['tests-stay-out-of-the-product', 'daemon/src', '../../packages/protocol/src/simulate.ts'],
  ['tests-stay-out-of-the-product', 'daemon/src', '../../tests/a.test.ts'],
  ['no-unresolved', 'packages/protocol/src', './nowhere.ts'],
] as const

describe('the walls', () => {
  test('let through what belongs together', async () => {
    expect(await cruise(good)).toMatchObject({ problems: [], note: '10 modules' })
  })

  test('stop every import that goes the wrong way', async () => {
    const file = (index: number) => `${planted[index]?.[1]}/bad${index}.ts`
    const bad = planted.map(([, , target], index) => [file(index), `import '${target}'`] as const)
    const { problems } = await cruise({ ...good, ...Object.fromEntries(bad) })
    planted.forEach(([rule], index) => {
      const arrow = expect.stringMatching(`^${rule}: ${file(index)} -> `) as unknown
      expect(problems, `${rule}: ${file(index)}`).toContainEqual(arrow)
    })
  })

  test('stop two files that import each other', async () => {
    const circle = {
      'packages/protocol/src/b.ts': "import './c.ts'",
      'packages/protocol/src/c.ts': "import './b.ts'",
    }
    const { problems } = await cruise({ ...good, ...circle })
    expect(problems.join('\n')).toContain('no-cycles: packages/protocol/src/b.ts')
  })

  test('are not called whole when no module was read', () => {
    const nothing = { modules: [], summary: { violations: [] } }
    expect(judge(nothing, [])).toMatchObject({ failed: 1, problems: ['0 modules were read'] })
    expect(judge(nothing, ['a.ts']).problems).toContain('not read: a.ts')
  })

  test('are not called whole when there is nothing to read', async () => {
    mkdirSync(join(folder, 'packages'))
    expect(await architecture(folder).run()).toMatchObject({ failed: 1 })
  })
})

function cruise(files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return architecture(folder).run()
}
