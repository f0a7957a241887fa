import { defineConfig } from 'vitest/config'

const long = process.env['TANDEM_LONG'] === '1'
const minute = 60_000

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('protocol', ['packages/protocol/{src,test}/**/*.test.ts']),
      project('chains', ['packages/chains/{src,test}/**/*.test.ts']),
      project('extension', ['extension/{src,test}/**/*.test.{ts,tsx}']),
      project('daemon', ['daemon/{src,test}/**/*.test.ts']),
      project('scripts', ['scripts/**/*.test.ts']),
      project(
        'tests',
        ['tests/{browser,chains,daemon,demo,start}/**/*.test.ts'],
        ['tests/daemon/built.setup.ts'],
      ),
      project('e2e', ['tests/{e2e,firefox}/**/*.test.ts'], ['tests/e2e/built.setup.ts']),
    ],
  },
})

/** Attack and property files do real cryptography, and the long campaigns run for hours. */
function project(name: string, include: string[], globalSetup: string[] = []) {
  return {
    extends: true as const,
    test: {
      name,
      include,
      globalSetup,
      testTimeout: long ? 120 * minute : 5 * minute,
      hookTimeout: 2 * minute,
    },
  }
}
