import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { verifiedBy } from './check.ts'

const run = promisify(execFile)

describe('the demo', () => {
  test('makes three keys in two processes and signs with each, and other libraries agree', async () => {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'main.ts')])
    expect(stdout.match(/verified by/g)).toHaveLength(3)
    expect(stdout).toContain('Done.')
    expect(stdout).not.toContain('✗')
  })

  test('does not take a signature for verified that is not one', () => {
    const report = {
      type: 'signature',
      suite: 'ed25519',
      publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      message: '00',
      signature: '11'.repeat(64),
    } as const
    expect(verifiedBy(report)).toBeUndefined()
  })
})
