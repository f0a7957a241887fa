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
  'tests/a.test.ts': "import '../packages/protocol/src/simulate.ts'",
}

describe('the walls', () => {
  test('let through what belongs together', async () => {
    expect(await cruise(good)).toMatchObject({ failed: 0, note: '6 modules' })
  })

  test.for<[rule: string, file: string, text: string]>([
    ['protocol-runs-anywhere', 'packages/protocol/src/b.ts', "import 'node:fs'"],
    ['protocol-runs-anywhere', 'packages/protocol/src/b.ts', "import 'vitest'"],
    [
      'protocol-and-chains-are-strangers',
      'packages/chains/src/b.ts',
      "import '../../protocol/src/a.ts'",
    ],
    [
      'packages-know-no-program',
      'packages/protocol/src/b.ts',
      "import '../../../daemon/src/main.ts'",
    ],
    ['front-door-only', 'daemon/src/b.ts', "import '../../packages/protocol/src/a.ts'"],
    [
      'daemon-and-extension-are-strangers',
      'extension/src/b.ts',
      "import '../../daemon/src/main.ts'",
    ],
    ['core-knows-no-adapter', 'daemon/src/core/b.ts', "import '../adapters/stores/one.ts'"],
    ['core-knows-no-adapter', 'daemon/src/core/b.ts', "import 'node:fs'"],
    ['ports-are-only-contracts', 'daemon/src/ports/b.ts', "import '../adapters/stores/one.ts'"],
    ['adapters-do-not-meet', 'daemon/src/adapters/stores/b.ts', "import '../notify/two.ts'"],
    ['only-main-picks-adapters', 'daemon/src/b.ts', "import './adapters/stores/one.ts'"],
    ['page-script-is-alone', 'extension/src/page/b.ts', "import '../ui/one.ts'"],
    [
      'ui-and-background-talk-in-messages',
      'extension/src/background/b.ts',
      "import '../ui/one.ts'",
    ],
    ['tests-stay-out-of-the-product', 'packages/protocol/src/b.ts', "import './simulate.ts'"],
    ['tests-stay-out-of-the-product', 'daemon/src/b.ts', "import '../../tests/a.test.ts'"],
    ['no-cycles', 'packages/protocol/src/a.ts', "import './index.ts'; export const a = 1"],
    ['no-unresolved', 'packages/protocol/src/b.ts', "import './nowhere.ts'"],
  ])('%s: %s may not say %s', async ([rule, file, text]) => {
    const around = {
      'daemon/src/main.ts': 'export {}',
      'daemon/src/adapters/stores/one.ts': 'export {}',
      'daemon/src/adapters/notify/two.ts': 'export {}',
      'extension/src/ui/one.ts': 'export {}',
    }
    const { failed, problems } = await cruise({ ...good, ...around, [file]: text })
    expect(failed).toBe(1)
    expect(problems.join('\n')).toContain(`${rule}: ${file}`)
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
