import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { tpm2Tools } from './tpm2-tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-tools-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

const child = join(folder, 'child')

/** Ends what the program left, if it was there. */
function ended(): boolean {
  if (!existsSync(child)) return false
  return process.kill(Number(readFileSync(child, 'utf8')), 'SIGKILL')
}

describe('tpm2-tools', () => {
  test('with a child that keeps their pipes are gone within five seconds', async () => {
    const program = `#!/bin/sh\nsleep 30 &\necho $! > ${child}\nwait\n`
    writeFileSync(join(folder, 'tpm2'), program, { mode: 0o700 })
    vi.stubEnv('PATH', [folder, process.env['PATH']].join(delimiter))
    const begun = performance.now()
    try {
      const turn = tpm2Tools('device:/dev/tpmrm0').turn((run) => run('getcap', 'properties-fixed'))
      await expect(turn).rejects.toMatchObject({ code: 'gone' })
    } finally {
      // The fault was there to the end.
      expect(ended()).toBe(true)
    }
    const tookMs = performance.now() - begun
    expect(tookMs).toBeGreaterThan(4_000)
    expect(tookMs).toBeLessThan(8_000)
  })

  test('that are not installed are gone', async () => {
    vi.stubEnv('PATH', join(folder, 'none'))
    const turn = tpm2Tools('device:/dev/tpmrm0').turn((run) => run('getcap', 'properties-fixed'))
    await expect(turn).rejects.toThrow('are tpm2-tools installed?')
  })
})
