import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import pkcs11, { type Handle } from 'pkcs11js'
import { KeyWrapError } from '../../../ports/key-wrap.ts'
import type { Module } from './module.ts'

/**
 * How a data key is encrypted inside the token. `cbc-hmac` is for tokens that have no GCM: it
 * encrypts, then authenticates with a second key.
 */
export type CipherName = 'gcm' | 'cbc-hmac'

/** The token's keys in an open session. */
export type Opened = {
  readonly module: Module
  readonly session: Handle
  readonly key: Handle
  /** Only with `cbc-hmac`. */
  readonly mac: Handle | undefined
}

type Cipher = {
  /** Of what it wraps into; anything else is refused before the token sees it. */
  readonly length: number
  wrap(open: Opened, dataKey: Uint8Array, context: Uint8Array): Promise<Uint8Array>
  unwrap(open: Opened, wrapped: Uint8Array, context: Uint8Array): Promise<Uint8Array>
}

const KEY = 32
const TAG = 16
const GCM_IV = 12
const CBC_IV = 16
const MAC = 32

/** `iv(12) ‖ AES-256-GCM(data key, context)` */
const gcm: Cipher = {
  length: GCM_IV + KEY + TAG,
  async wrap({ module: { calls }, session, key }, dataKey, context) {
    const iv = randomBytes(GCM_IV)
    calls.C_EncryptInit(session, gcmOf(iv, context), key)
    const encrypted = await calls.C_EncryptAsync(
      session,
      Buffer.from(dataKey),
      Buffer.alloc(KEY + TAG),
    )
    return Uint8Array.from(Buffer.concat([iv, encrypted]))
  },
  async unwrap({ module: { calls }, session, key }, wrapped, context) {
    const [iv, encrypted] = cut(wrapped, GCM_IV)
    calls.C_DecryptInit(session, gcmOf(iv, context), key)
    return taken(await calls.C_DecryptAsync(session, encrypted, Buffer.alloc(KEY + TAG)))
  },
}

function gcmOf(iv: Buffer, context: Uint8Array) {
  return {
    mechanism: pkcs11.CKM_AES_GCM,
    parameter: {
      type: pkcs11.CK_PARAMS_AES_GCM,
      iv,
      ivBits: 8 * GCM_IV,
      aad: Buffer.from(context),
      tagBits: 8 * TAG,
    },
  }
}

/** `iv(16) ‖ AES-256-CBC(data key) ‖ HMAC-SHA-256(iv ‖ encrypted ‖ SHA-256(context))` */
const cbcHmac: Cipher = {
  length: CBC_IV + KEY + MAC,
  async wrap(open, dataKey, context) {
    const { calls } = open.module
    const iv = randomBytes(CBC_IV)
    calls.C_EncryptInit(open.session, cbcOf(iv), open.key)
    const encrypted = await calls.C_EncryptAsync(
      open.session,
      Buffer.from(dataKey),
      Buffer.alloc(KEY),
    )
    const body = Buffer.concat([iv, encrypted])
    return Uint8Array.from(Buffer.concat([body, await macOf(open, body, context)]))
  },
  async unwrap(open, wrapped, context) {
    const { calls } = open.module
    const [body, mac] = cut(wrapped, CBC_IV + KEY)
    const isRight = timingSafeEqual(await macOf(open, body, context), mac)
    // SECURITY: CBC opens anything. Test: src/adapters/key-wrap/pkcs11/pkcs11.test.ts "refuses what was changed or cut, everywhere"
    if (!isRight) throw new KeyWrapError('failed', 'the data key does not open in this token')
    const [iv, encrypted] = cut(body, CBC_IV)
    calls.C_DecryptInit(open.session, cbcOf(iv), open.key)
    return taken(await calls.C_DecryptAsync(open.session, encrypted, Buffer.alloc(KEY)))
  },
}

function cbcOf(iv: Buffer) {
  return { mechanism: pkcs11.CKM_AES_CBC, parameter: iv }
}

async function macOf(open: Opened, body: Buffer, context: Uint8Array): Promise<Buffer> {
  const { calls } = open.module
  if (!open.mac) throw new KeyWrapError('key-missing', 'the token has no key for HMAC')
  calls.C_SignInit(open.session, { mechanism: pkcs11.CKM_SHA256_HMAC }, open.mac)
  const text = Buffer.concat([body, createHash('sha256').update(context).digest()])
  return calls.C_SignAsync(open.session, text, Buffer.alloc(MAC))
}

/** The bytes in memory of our own; the library's buffer is wiped. */
function taken(buffer: Buffer): Uint8Array {
  const bytes = Uint8Array.from(buffer)
  buffer.fill(0)
  return bytes
}

function cut(bytes: Uint8Array, at: number): [Buffer, Buffer] {
  return [Buffer.from(bytes.subarray(0, at)), Buffer.from(bytes.subarray(at))]
}

export const ciphers: Readonly<Record<CipherName, Cipher>> = { gcm, 'cbc-hmac': cbcHmac }
