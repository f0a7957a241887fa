import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { tandem } from './daemon.ts'
import { type SealedProcess, startSealed } from './sealed.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-credentials-'))
let daemon: SealedProcess | undefined

afterEach(async () => {
  await daemon?.stop()
  daemon = undefined
})
afterAll(() => rmSync(root, { recursive: true }))

/** As systemd hands it to a service: a file in a folder for this service alone. */
function credential(name: string, secret: string): NodeJS.ProcessEnv {
  const folder = join(root, name)
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(join(folder, 'tandem-secret'), secret, { mode: 0o400 })
  return { CREDENTIALS_DIRECTORY: folder }
}

describe('a service without anybody at a terminal', () => {
  test('is sealed by the passphrase that systemd gives it, and opens with it at each start', async () => {
    const home = join(root, 'home')
    const env = credential('right', 'a passphrase that systemd keeps\n')
    const made = await tandem(home, ['init', '--sealing', 'passphrase'], env)
    expect(made).toMatchObject({ code: 0, err: '' })
    const run = async (given: NodeJS.ProcessEnv) => {
      await daemon?.stop()
      daemon = await startSealed(home, { env: given })
      return daemon.status()
    }
    for (let start = 0; start < 2; start++) expect((await run(env)).open).toBeDefined()
    expect(await run({})).toMatchObject({ sealed: { code: 'sealed' } })
    const wrong = credential('wrong', 'another passphrase')
    expect(await run(wrong)).toMatchObject({ sealed: { code: 'wrong-pin' } })
    expect((await run(env)).open).toBeDefined()
  })

  test('chooses by what is there, and says why', async () => {
    const init = async (name: string, env: NodeJS.ProcessEnv) => {
      const { out, code } = await tandem(join(root, name), ['init', '--json'], env)
      expect(code).toBe(0)
      return JSON.parse(out) as { sealing: string; why: string }
    }
    const alone = await init('alone', {})
    const kept = await init('kept', credential('kept-secret', 'a passphrase that systemd keeps'))
    // On a machine with a TPM that is the best in both.
    expect([
      ['key-file', 'passphrase'],
      ['tpm', 'tpm'],
    ]).toContainEqual([alone.sealing, kept.sealing])
    for (const { why } of [alone, kept]) expect(why).toMatch(/^(This machine|The key is made)/)
  })
})
