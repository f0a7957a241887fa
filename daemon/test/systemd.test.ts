import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CREDENTIAL } from '../src/sealing.ts'

const unit = readFileSync(join(import.meta.dirname, '../systemd/tandem.service'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'tandem-unit-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The unit with a program that is on this machine. */
function written(name: string, text = unit): string {
  const path = join(folder, name)
  writeFileSync(path, text.replaceAll('/usr/local/bin/tandem', process.execPath))
  return path
}

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

/** Out of 10, where 10 is wide open. */
function exposure(path: string): number {
  const out = execFileSync(
    'systemd-analyze',
    ['security', '--offline=yes', '--threshold=100', '--no-pager', path],
    { encoding: 'utf8' },
  )
  return Number(/Overall exposure level for .*: ([\d.]+)/.exec(out)?.[1])
}

test('the service asks systemd for the secret that the daemon looks for, and may start without it', () => {
  const asked = unit.match(/^LoadCredential.*$/gm)
  // With a path, a credential that is missing would keep the service from starting; so would none of this name.
  expect(asked).toEqual([`LoadCredentialEncrypted=${CREDENTIAL}`])
  expect(CREDENTIAL).toMatch(/^[a-z][a-z-]*$/)
})

describe.skipIf(!hasSystemd)('the service (needs systemd)', () => {
  test('is a unit that systemd understands in full', () => {
    const found = spawnSync('systemd-analyze', ['verify', '--man=no', written('tandem.service')], {
      encoding: 'utf8',
    })
    expect(found.stderr).not.toContain('tandem.service')
    expect(found.status).toBe(0)
  })

  test('sees little of the machine, and a unit without its walls much more', () => {
    expect(exposure(written('tandem.service'))).toBeLessThanOrEqual(1.5)
    const [head = '', tail = ''] = unit.split('# No memory of it')
    const install = tail.slice(tail.indexOf('[Install]'))
    const bare = `${head.replace(/^DynamicUser=.*$/m, '')}${install}`
    expect(exposure(written('bare.service', bare))).toBeGreaterThan(6)
  })
})
