import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DaemonProcess, startDaemon, tandem } from './daemon.ts'
import { inTerminal } from './pty.ts'
import { codeAt } from './totp.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-factor-'))
let daemon: DaemonProcess

beforeAll(async () => {
  daemon = await startDaemon(home)
})

afterAll(async () => {
  await daemon.stop()
  rmSync(home, { recursive: true })
})

const codeOf = (secret: string, steps = 0) => codeAt(secret, Date.now() + steps * 30_000)

const listed = async (): Promise<unknown> =>
  JSON.parse((await tandem(home, ['second-factor', '--json'])).out)

describe('tandem second-factor', () => {
  test('the secret of an app is shown on a terminal only', async () => {
    const { code, out, err } = await tandem(home, ['second-factor', 'enrol'])
    expect(code).not.toBe(0)
    expect(out + err).not.toMatch(/secret=|or type|█/)
    expect(err).toContain('terminal')
    expect(await listed()).toMatchObject({ factors: ['operator'] })
  })

  test('enrols an app that shows its first code, and removes it', async () => {
    const terminal = inTerminal(['second-factor', 'enrol', '--folder', home])
    const [, secret = ''] = await terminal.find(/or type: ([A-Z2-7]{32})/)
    await terminal.find(/Its code: /)
    terminal.type(`${codeOf(secret)}\n`)
    await terminal.find(/Enrolled/)
    expect(await terminal.ended).toBe(0)
    expect(await listed()).toMatchObject({ factors: ['code', 'operator'] })

    const unproven = await tandem(home, ['second-factor', 'remove'])
    expect([unproven.code === 0, unproven.err]).toEqual([
      false,
      expect.stringContaining('A code of six digits is expected'),
    ])
    const removing = inTerminal(['second-factor', 'remove', '--folder', home])
    await removing.find(/Its code: /)
    // The next one: the one of now was used up.
    removing.type(`${codeOf(secret, 1)}\n`)
    await removing.find(/Removed/)
    expect(await removing.ended).toBe(0)
    expect(await listed()).toMatchObject({ factors: ['operator'] })
  })

  test('an app that shows another code is not enrolled', async () => {
    const terminal = inTerminal(['second-factor', 'enrol', '--folder', home])
    const [, secret = ''] = await terminal.find(/or type: ([A-Z2-7]{32})/)
    await terminal.find(/Its code: /)
    const right = [-1, 0, 1].map((steps) => codeOf(secret, steps))
    terminal.type(`${right.includes('000000') ? '111111' : '000000'}\n`)
    await terminal.find(/wrong/)
    expect(await terminal.ended).not.toBe(0)
    expect(await listed()).toMatchObject({ factors: ['operator'] })
  })
})
