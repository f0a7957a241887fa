import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BadLibrary, badLibrary, hasCompiler } from '../../../../test/bad-library.ts'
import { type SoftHsm, hasSoftHsm, startSoftHsm } from '../../../../test/softhsm.ts'
import { keyWrapContract } from '../../../ports/key-wrap.contract.ts'
import type { KeyWrapError } from '../../../ports/key-wrap.ts'
import { attempts } from '../attempts.ts'
import pkcs11js from 'pkcs11js'
import { isolated } from './isolated.ts'
import { moduleAt } from './module.ts'
import type { TokenKey } from './pkcs11.ts'
import { type Token, logIn, slotOf } from './token.ts'

const pin = new TextEncoder().encode('4711-0815')
const dataKey = Uint8Array.from({ length: 32 }, (_, at) => at)
const context = Uint8Array.of(1, 2, 3)

describe.skipIf(!hasSoftHsm)('a PKCS#11 library in a process of its own (needs SoftHSM2)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-isolated-'))
  let hsm: SoftHsm
  let token: Token
  let key: TokenKey
  let files = 0
  const limit = () => attempts(join(folder, `${++files}`), () => new Date(0))
  const open = (where: TokenKey = key) => isolated.pkcs11(where, pin, limit())

  beforeAll(async () => {
    hsm = startSoftHsm()
    hsm.addToken('tandem', '4711-0815')
    const [only] = await isolated.tokens(hsm.module)
    if (!only) throw new Error('no token')
    token = { label: only.label, serial: only.serial }
    expect(only.canSeal).toBe(true)
    key = await isolated.newTokenKey({ module: hsm.module, token }, pin, limit())
  })
  afterAll(() => {
    hsm.remove()
    rmSync(folder, { recursive: true })
  })

  keyWrapContract('an isolated token', { open: () => open() })

  test('has errors of the same names', async () => {
    const own = limit()
    const wrong = new TextEncoder().encode('0000')
    for (let tried = 0; tried < 3; tried++)
      await expect(isolated.pkcs11(key, wrong, own)).rejects.toMatchObject({ code: 'wrong-pin' })
    await expect(isolated.pkcs11(key, pin, own)).rejects.toMatchObject({ code: 'locked' })
    const other = { ...key, id: key.id.map((byte) => byte ^ 1) }
    await expect(open(other)).rejects.toMatchObject({ code: 'key-missing' })
    await expect(open({ ...key, module: '/nowhere.so' })).rejects.toMatchObject({ code: 'gone' })
  })

  test('is forgotten when it is closed', async () => {
    const keys = await open()
    await keys.close()
    await expect(keys.wrap(dataKey, context)).rejects.toMatchObject({ code: 'sealed' })
  })

  test('takes up a token that comes back, and no other of the same name', async () => {
    const keys = await open()
    const wrapped = await keys.wrap(dataKey, context)
    hsm.swap()
    hsm.addToken('tandem', '4711-0815')
    await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'gone' })
    hsm.plugIn()
    expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
    await keys.close()
  })

  test('with a PIN that was changed meanwhile: the old one is tried once', async () => {
    hsm.addToken('changing', '1111')
    const found = await isolated.tokens(hsm.module)
    const { label, serial } = found.find((one) => one.label === 'changing')!
    const place = { module: hsm.module, token: { label, serial } }
    const first = new TextEncoder().encode('1111')
    const own = await isolated.newTokenKey(place, first, limit())
    const keys = await isolated.pkcs11(own, first, limit())
    await changePin({ label, serial }, '1111', '2222')
    /** Another process would present the PIN anew. @returns how a call ends once that is noticed. */
    const afterKill = async (): Promise<string> => {
      const [helper] = helpersOf(process.pid)
      process.kill(helper!, 'SIGKILL')
      for (;;) {
        const how = await keys.wrap(dataKey, context).then(
          () => 'wrapped',
          (error: KeyWrapError) => error.code,
        )
        if (how !== 'gone') return how
      }
    }
    expect(await afterKill()).toBe('wrong-pin')
    await changePin({ label, serial }, '2222', '1111')
    expect(await afterKill()).toBe('wrong-pin')
    await keys.close()
  })

  describe.skipIf(!hasCompiler)('that does what it should not (needs a C compiler)', () => {
    let bad: BadLibrary
    beforeAll(() => {
      bad = badLibrary(hsm.module)
    })
    afterAll(() => bad.remove())

    test('a library that hangs is gone within five seconds, for all who wait, and works again after', async () => {
      const keys = await open({ ...key, module: bad.path })
      const wrapped = await keys.wrap(dataKey, context)
      const [hung] = helpersOf(process.pid)
      bad.behave('hang')
      const begun = performance.now()
      const waiting = Array.from({ length: 3 }, () => keys.unwrap(wrapped, context))
      const results = await Promise.allSettled(waiting)
      const tookMs = performance.now() - begun
      bad.behave()
      for (const result of results)
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'gone' } })
      expect(tookMs).toBeGreaterThan(3_900)
      expect(tookMs).toBeLessThan(8_000)
      expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
      expect(helpersOf(process.pid)).not.toContain(hung)
      await keys.close()
    })

    test('a library that crashes is gone, and works again after', async () => {
      const keys = await open({ ...key, module: bad.path })
      const wrapped = await keys.wrap(dataKey, context)
      bad.behave('crash')
      await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({
        code: 'gone',
        message: expect.stringContaining('SIGSEGV') as string,
      })
      await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'gone' })
      bad.behave()
      expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
      await keys.close()
    })

    test('a library that writes to standard output disturbs nobody', async () => {
      const keys = await open({ ...key, module: bad.path })
      bad.behave('chatter')
      expect(await keys.unwrap(await keys.wrap(dataKey, context), context)).toEqual(dataKey)
      bad.behave()
      await keys.close()
    })
  })

  test('leaves no process behind, and shows no secret in its arguments or environment', async () => {
    const keys = await open()
    const [helper] = helpersOf(process.pid)
    const shown = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${helper}/${name}`))
    for (const text of shown) expect(text.includes(Buffer.from(pin))).toBe(false)
    await keys.close()
    expect(helpersOf(process.pid)).toEqual([])
  })

  /** What somebody with the PIN does with another program. */
  function changePin(place: Token, from: string, to: string): Promise<void> {
    const module = moduleAt(hsm.module)
    return module.turn(async () => {
      const secret = new TextEncoder().encode(from)
      const session = logIn(module, slotOf(module, place), secret, pkcs11js.CKF_RW_SESSION)
      module.calls.C_SetPIN(session, from, to)
      module.end()
    })
  }
})

/** The processes that hold a library for `parent`. */
function helpersOf(parent: number): number[] {
  const found = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', `${parent}`], {
    encoding: 'utf8',
  })
  return found
    .split('\n')
    .filter((line) => line.includes('pkcs11/child.ts'))
    .map((line) => Number.parseInt(line, 10))
}
