import pkcs11, { type Handle, type Template } from 'pkcs11js'
import { KeyWrapError } from '../../../ports/key-wrap.ts'
import type { Module } from './module.ts'

export type Purpose = 'encrypt' | 'mac'

const BYTES = 32

/** What a key must say of itself. What the token cannot answer is taken as a no. */
const everyKey = {
  CKA_TOKEN: true,
  CKA_PRIVATE: true,
  CKA_SENSITIVE: true,
  CKA_EXTRACTABLE: false,
  CKA_MODIFIABLE: false,
  CKA_WRAP: false,
  CKA_UNWRAP: false,
  CKA_DERIVE: false,
} as const

const uses = {
  encrypt: { CKA_ENCRYPT: true, CKA_DECRYPT: true, CKA_SIGN: false, CKA_VERIFY: false },
  mac: { CKA_ENCRYPT: false, CKA_DECRYPT: false, CKA_SIGN: true, CKA_VERIFY: true },
} as const

/** What the token adds by itself, and nobody can set. */
const history = {
  CKA_NEVER_EXTRACTABLE: true,
  CKA_ALWAYS_SENSITIVE: true,
  CKA_LOCAL: true,
} as const

const types = {
  encrypt: { type: pkcs11.CKK_AES, generate: pkcs11.CKM_AES_KEY_GEN },
  mac: { type: pkcs11.CKK_GENERIC_SECRET, generate: pkcs11.CKM_GENERIC_SECRET_KEY_GEN },
} as const

type Named = Readonly<Record<string, boolean>>
const constants: Readonly<Record<string, unknown>> = pkcs11

const attribute = (name: string): number => Number(constants[name])
const template = (named: Named): Template =>
  Object.entries(named).map(([name, value]) => ({ type: attribute(name), value }))

/** Has the token generate a key that never leaves it. */
export function generateKey(
  { calls }: Module,
  session: Handle,
  id: Uint8Array,
  purpose: Purpose,
): void {
  calls.C_GenerateKey(session, { mechanism: types[purpose].generate }, [
    { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_SECRET_KEY },
    { type: pkcs11.CKA_KEY_TYPE, value: types[purpose].type },
    { type: pkcs11.CKA_VALUE_LEN, value: BYTES },
    { type: pkcs11.CKA_ID, value: Buffer.from(id) },
    { type: pkcs11.CKA_LABEL, value: 'tandem' },
    ...template({ ...everyKey, ...uses[purpose] }),
  ])
}

/** @throws {KeyWrapError} `key-missing`, `unsafe` */
export function findKey(module: Module, session: Handle, id: Uint8Array, purpose: Purpose): Handle {
  const { calls } = module
  calls.C_FindObjectsInit(session, [
    { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_SECRET_KEY },
    { type: pkcs11.CKA_KEY_TYPE, value: types[purpose].type },
    { type: pkcs11.CKA_ID, value: Buffer.from(id) },
  ])
  let found: Handle[]
  try {
    found = calls.C_FindObjects(session, 2)
  } finally {
    calls.C_FindObjectsFinal(session)
  }
  const [key] = found
  // SECURITY: a token that answers without our key is no reason to begin with another. Test: src/adapters/key-wrap/pkcs11/pkcs11.test.ts "a token without our key is no first run"
  if (!key) throw new KeyWrapError('key-missing', `the token has no key ${hex(id)}`)
  // SECURITY: of two keys with our name one is somebody else's. Test: src/adapters/key-wrap/pkcs11/pkcs11.test.ts "two keys with the same id are refused"
  if (found.length > 1) throw new KeyWrapError('unsafe', `the token has two keys ${hex(id)}`)
  // SECURITY: a key that can leave the token protects nothing once it has. Test: src/adapters/key-wrap/pkcs11/pkcs11.test.ts "a key with %s is refused"
  audit(module, session, key, purpose)
  return key
}

function audit({ calls }: Module, session: Handle, key: Handle, purpose: Purpose): void {
  for (const [name, expected] of Object.entries({ ...everyKey, ...uses[purpose], ...history }))
    if (read(name)?.[0] !== (expected ? 1 : 0))
      throw new KeyWrapError('unsafe', `the key in the token: expected ${name} to be ${expected}`)
  if (read('CKA_VALUE_LEN')?.[0] !== BYTES)
    throw new KeyWrapError('unsafe', `the key in the token: expected ${BYTES} bytes`)

  function read(name: string): Uint8Array | undefined {
    try {
      const [found] = calls.C_GetAttributeValue(session, key, [{ type: attribute(name) }])
      return found?.value instanceof Uint8Array ? found.value : undefined
    } catch {
      return undefined
    }
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
