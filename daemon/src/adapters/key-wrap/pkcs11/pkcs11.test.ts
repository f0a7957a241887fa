import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pkcs11js, { type Handle, type PKCS11, type Template } from 'pkcs11js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SoftHsm, hasSoftHsm, startSoftHsm } from '../../../../test/softhsm.ts'
import { keyWrapContract } from '../../../ports/key-wrap.contract.ts'
import { attempts } from '../attempts.ts'
import { moduleAt } from './module.ts'
import { type TokenKey, newTokenKey, pkcs11, tokens } from './pkcs11.ts'
import { type Token, closeSession, logIn, slotOf } from './token.ts'

const pin = new TextEncoder().encode('4711-0815')
const dataKey = Uint8Array.from({ length: 32 }, (_, at) => at)
const context = Uint8Array.of(1, 2, 3)

describe.skipIf(!hasSoftHsm)('a PKCS#11 token (needs SoftHSM2)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-pkcs11-'))
  let hsm: SoftHsm
  let token: Token
  let key: TokenKey
  let files = 0
  const limit = () => attempts(join(folder, `${++files}`), () => new Date(0))
  const open = (where: TokenKey = key) => pkcs11(where, pin, limit())

  beforeAll(async () => {
    hsm = startSoftHsm()
    hsm.addToken('tandem', '4711-0815')
    const [only] = await tokens(hsm.module)
    if (!only) throw new Error('no token')
    token = only
    key = await newTokenKey({ module: hsm.module, token }, pin, limit())
  })
  afterAll(() => {
    moduleAt(hsm.module).end()
    hsm.remove()
    rmSync(folder, { recursive: true })
  })

  keyWrapContract('a token with GCM', { open: () => open() })

  describe('without GCM', () => {
    let old: TokenKey
    beforeAll(async () => {
      old = await newTokenKey({ module: hsm.module, token }, pin, limit(), 'cbc-hmac')
    })
    keyWrapContract('a token with CBC and HMAC', { open: () => open(old) })
  })

  test('has GCM chosen where it is there', () => {
    expect(key.cipher).toBe('gcm')
  })

  describe('and its PIN', () => {
    test('a wrong one is told so, and tries are limited', async () => {
      const own = limit()
      const wrong = new TextEncoder().encode('0000')
      for (let tried = 0; tried < 3; tried++)
        await expect(pkcs11(key, wrong, own)).rejects.toMatchObject({ code: 'wrong-pin' })
      await expect(pkcs11(key, pin, own)).rejects.toMatchObject({ code: 'locked' })
    })

    test('a wrong one is refused while the token is open, which stays so', async () => {
      const keys = await open()
      const wrong = new TextEncoder().encode('0000')
      await expect(pkcs11(key, wrong, limit())).rejects.toMatchObject({ code: 'wrong-pin' })
      expect(await keys.unwrap(await keys.wrap(dataKey, context), context)).toEqual(dataKey)
      const again = await open()
      expect(await again.unwrap(await keys.wrap(dataKey, context), context)).toEqual(dataKey)
      await Promise.all([keys.close(), again.close()])
    })

    test('is copied: what the caller has is not touched', async () => {
      const own = Buffer.from(pin)
      const keys = await pkcs11(key, own, limit())
      await keys.close()
      expect(Uint8Array.from(own)).toEqual(pin)
    })

    test('is forgotten when it is closed', async () => {
      const keys = await open()
      await keys.close()
      await expect(keys.wrap(dataKey, context)).rejects.toMatchObject({ code: 'sealed' })
    })
  })

  describe('that goes away', () => {
    test('is gone, and works again by itself when it is back, with the same key', async () => {
      const keys = await open()
      const wrapped = await keys.wrap(dataKey, context)
      const before = await keysIn()
      hsm.unplug()
      for (let tried = 0; tried < 3; tried++) {
        await expect(keys.wrap(dataKey, context)).rejects.toMatchObject({ code: 'gone' })
        await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'gone' })
      }
      await expect(open()).rejects.toMatchObject({ code: 'gone' })
      hsm.plugIn()
      expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
      expect(await keysIn()).toBe(before)
      await keys.close()
    })

    test('between two calls is not noticed', async () => {
      const keys = await open()
      const wrapped = await keys.wrap(dataKey, context)
      hsm.unplug()
      hsm.plugIn()
      expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
      await keys.close()
    })

    test('takes the other users of its library along, and they come back too', async () => {
      const [one, two] = [await open(), await open()]
      const wrapped = await one.wrap(dataKey, context)
      hsm.unplug()
      await expect(one.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'gone' })
      hsm.plugIn()
      expect(await two.unwrap(wrapped, context)).toEqual(dataKey)
      expect(await one.unwrap(wrapped, context)).toEqual(dataKey)
      await Promise.all([one.close(), two.close()])
    })

    test('another token with the same label is refused', async () => {
      const keys = await open()
      const wrapped = await keys.wrap(dataKey, context)
      hsm.swap()
      hsm.addToken('tandem', '4711-0815')
      await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({
        code: 'gone',
        message: expect.stringContaining('is another one') as string,
      })
      await expect(open()).rejects.toMatchObject({ code: 'gone' })
      const [other] = await tokens(hsm.module)
      expect(other).toMatchObject({ label: 'tandem' })
      expect(other?.serial).not.toBe(token.serial)
      hsm.plugIn()
      expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
      await keys.close()
    })

    test('a token without our key is no first run', async () => {
      const other = { ...key, id: key.id.map((byte) => byte ^ 1) }
      const before = await keysIn()
      await expect(open(other)).rejects.toMatchObject({ code: 'key-missing' })
      expect(await keysIn()).toBe(before)
    })

    test('a library that is not there is gone', async () => {
      await expect(open({ ...key, module: '/nowhere.so' })).rejects.toMatchObject({ code: 'gone' })
    })

    test('with a PIN that was changed meanwhile: the old one is tried once', async () => {
      hsm.addToken('changing', '1111')
      const all = await tokens(hsm.module)
      const changing = all.find(({ label }) => label === 'changing')
      if (!changing) throw new Error('no token')
      const first = new TextEncoder().encode('1111')
      const place = { module: hsm.module, token: changing }
      const keys = await pkcs11(await newTokenKey(place, first, limit()), first, limit())
      await inToken(changing, first, (calls, session) => calls.C_SetPIN(session, '1111', '2222'))
      moduleAt(hsm.module).end()
      await expect(keys.wrap(dataKey, context)).rejects.toMatchObject({ code: 'wrong-pin' })
      await inToken(changing, new TextEncoder().encode('2222'), (calls, session) =>
        calls.C_SetPIN(session, '2222', '1111'),
      )
      await expect(keys.wrap(dataKey, context)).rejects.toMatchObject({ code: 'wrong-pin' })
    })
  })

  describe('and what its key may do', () => {
    const good = {
      CKA_TOKEN: true,
      CKA_PRIVATE: true,
      CKA_SENSITIVE: true,
      CKA_EXTRACTABLE: false,
      CKA_MODIFIABLE: false,
      CKA_WRAP: false,
      CKA_UNWRAP: false,
      CKA_DERIVE: false,
      CKA_ENCRYPT: true,
      CKA_DECRYPT: true,
      CKA_SIGN: false,
      CKA_VERIFY: false,
    }
    const constants: Readonly<Record<string, unknown>> = pkcs11js
    const templateOf = (id: Uint8Array, flags: Readonly<Record<string, boolean>>): Template => [
      { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
      { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_AES },
      { type: pkcs11js.CKA_ID, value: Buffer.from(id) },
      ...Object.entries(flags).map(([name, value]) => ({ type: Number(constants[name]), value })),
    ]
    const made = (id: Uint8Array, flags: Readonly<Record<string, boolean>>, length = 32) =>
      inToken(token, pin, (calls, session) =>
        calls.C_GenerateKey(session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, [
          ...templateOf(id, flags),
          { type: pkcs11js.CKA_VALUE_LEN, value: length },
        ]),
      )
    let drawn = 0
    const fresh = () => Uint8Array.from({ length: 16 }, () => 200 + drawn++ / 16)
    const openAs = (id: Uint8Array) => open({ ...key, id })

    test('a key with everything right is taken', async () => {
      const id = fresh()
      await made(id, good)
      const keys = await openAs(id)
      expect(await keys.unwrap(await keys.wrap(dataKey, context), context)).toEqual(dataKey)
      await keys.close()
    })

    const bad = Object.entries(good).filter(([name]) => name !== 'CKA_TOKEN')
    test.for(bad.map(([name, value]) => [`${name} ${!value}`, name, !value] as const))(
      'a key with %s is refused',
      async ([, name, value]) => {
        const id = fresh()
        await made(id, { ...good, [name]: value })
        await expect(openAs(id)).rejects.toMatchObject({
          code: 'unsafe',
          message: expect.stringContaining(name) as string,
        })
      },
    )

    test('a key that goes with its session is not there for another', async () => {
      const id = fresh()
      await made(id, { ...good, CKA_TOKEN: false })
      await expect(openAs(id)).rejects.toMatchObject({ code: 'key-missing' })
    })

    test('a key that came from outside is refused', async () => {
      const id = fresh()
      await inToken(token, pin, (calls, session) =>
        calls.C_CreateObject(session, [
          ...templateOf(id, good),
          { type: pkcs11js.CKA_VALUE, value: Buffer.alloc(32, 7) },
        ]),
      )
      await expect(openAs(id)).rejects.toMatchObject({ code: 'unsafe' })
    })

    test('a shorter key is refused', async () => {
      const id = fresh()
      await made(id, good, 16)
      await expect(openAs(id)).rejects.toMatchObject({ code: 'unsafe' })
    })

    test('two keys with the same id are refused', async () => {
      const id = fresh()
      await made(id, good)
      await made(id, good)
      await expect(openAs(id)).rejects.toMatchObject({ code: 'unsafe' })
    })

    test('nothing gets our key out of the token', async () => {
      await inToken(token, pin, (calls, session) => {
        calls.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_ID, value: Buffer.from(key.id) }])
        const [own] = calls.C_FindObjects(session, 1)
        calls.C_FindObjectsFinal(session)
        if (!own) throw new Error('no key')
        const wrapping = calls.C_GenerateKey(session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, [
          { type: pkcs11js.CKA_VALUE_LEN, value: 32 },
          { type: pkcs11js.CKA_WRAP, value: true },
        ])
        const free = { type: pkcs11js.CKA_EXTRACTABLE, value: true }
        const open = { type: pkcs11js.CKA_SENSITIVE, value: false }
        const ways: Readonly<Record<string, () => unknown>> = {
          read: () => calls.C_GetAttributeValue(session, own, [{ type: pkcs11js.CKA_VALUE }]),
          free: () => calls.C_SetAttributeValue(session, own, [free]),
          open: () => calls.C_SetAttributeValue(session, own, [open]),
          copy: () => calls.C_CopyObject(session, own, [free]),
          wrap: () =>
            calls.C_WrapKey(
              session,
              { mechanism: pkcs11js.CKM_AES_KEY_WRAP },
              wrapping,
              own,
              Buffer.alloc(64),
            ),
        }
        for (const way of Object.values(ways)) expect(way).toThrow('CKR_')
        const loose = calls.C_GenerateKey(session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, [
          { type: pkcs11js.CKA_VALUE_LEN, value: 32 },
          { type: pkcs11js.CKA_EXTRACTABLE, value: true },
        ])
        const mechanism = { mechanism: pkcs11js.CKM_AES_KEY_WRAP }
        // A key that may leave does.
        const wrapped = calls.C_WrapKey(session, mechanism, wrapping, loose, Buffer.alloc(64))
        expect(wrapped).toHaveLength(40)
      })
    })
  })

  /** What somebody with the PIN does with another program. */
  function inToken<T>(
    place: Token,
    secret: Uint8Array,
    work: (calls: PKCS11, session: Handle) => T,
  ): Promise<T> {
    const module = moduleAt(hsm.module)
    return module.turn(async () => {
      const slot = slotOf(module, place)
      const session = logIn(module, slot, secret, pkcs11js.CKF_RW_SESSION)
      try {
        return work(module.calls, session)
      } finally {
        closeSession(module, session)
      }
    })
  }

  /** How many objects the token has. */
  function keysIn(): Promise<number> {
    return inToken(token, pin, (calls, session) => {
      calls.C_FindObjectsInit(session, [])
      const found = calls.C_FindObjects(session, 1000)
      calls.C_FindObjectsFinal(session)
      return found.length
    })
  }
})
