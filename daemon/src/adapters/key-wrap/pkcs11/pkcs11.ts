import { randomBytes } from 'node:crypto'
import pkcs11js from 'pkcs11js'
import type { Attempts } from '../../../ports/key-wrap-attempts.ts'
import { type KeyWrap, KeyWrapError } from '../../../ports/key-wrap.ts'
import { type CipherName, type Opened, ciphers } from './ciphers.ts'
import { findKey, generateKey } from './key.ts'
import { type Module, moduleAt } from './module.ts'
import { type Token, closeSession, logIn, slotOf, tokensOf } from './token.ts'

const ID = 16

/** Where a key is: in the settings, since none of it is secret. */
export type TokenKey = {
  /** Path of the PKCS#11 library. */
  readonly module: string
  readonly token: Token
  /** CKA_ID. */
  readonly id: Uint8Array
  readonly cipher: CipherName
}

/** A token that is there, and whether it has the mechanisms for a key of ours. Many cards have not. */
export type FoundToken = Token & { readonly canSeal: boolean }

/** The tokens that a library knows. @throws {KeyWrapError} `gone` */
export function tokens(module: string): Promise<FoundToken[]> {
  const library = moduleAt(module)
  return library.turn(async () => {
    library.end()
    return tokensOf(library).map(({ label, serial, slot }) => {
      const canSeal = cipherOf(library.calls.C_GetMechanismList(slot)) !== undefined
      return { label, serial, canSeal }
    })
  })
}

function cipherOf(mechanisms: readonly number[]): CipherName | undefined {
  const has = (...needed: readonly number[]) => needed.every((one) => mechanisms.includes(one))
  if (!has(pkcs11js.CKM_AES_KEY_GEN)) return undefined
  if (has(pkcs11js.CKM_AES_GCM)) return 'gcm'
  const old = [
    pkcs11js.CKM_AES_CBC,
    pkcs11js.CKM_SHA256_HMAC,
    pkcs11js.CKM_GENERIC_SECRET_KEY_GEN,
  ] as const
  return has(...old) ? 'cbc-hmac' : undefined
}

/**
 * Has the token make a key. The only place that does: opening never makes one.
 *
 * @param pin UTF-8, for the caller to wipe.
 * @param cipher left out: GCM where the token has it.
 * @throws {KeyWrapError}
 */
export async function newTokenKey(
  { module, token }: { readonly module: string; readonly token: Token },
  pin: Uint8Array,
  attempts: Attempts,
  cipher?: CipherName,
): Promise<TokenKey> {
  const library = moduleAt(module)
  return attempts.limited(() =>
    library.turn(async () => {
      const slot = slotOf(library, token)
      const session = logIn(library, slot, pin, pkcs11js.CKF_RW_SESSION)
      try {
        const chosen = cipher ?? cipherOf(library.calls.C_GetMechanismList(slot))
        if (!chosen) throw new KeyWrapError('failed', 'the token makes no AES keys')
        const id = Uint8Array.from(randomBytes(ID))
        generateKey(library, session, id, 'encrypt')
        if (chosen === 'cbc-hmac') generateKey(library, session, id, 'mac')
        keysOf(library, session, { id, cipher: chosen })
        return { module, token: { label: token.label, serial: token.serial }, id, cipher: chosen }
      } catch (cause) {
        if (cause instanceof KeyWrapError) throw cause
        throw new KeyWrapError('failed', 'the token makes no key', cause)
      } finally {
        closeSession(library, session)
      }
    }),
  )
}

/**
 * Wraps under a key that never leaves its token. A token that goes away and comes back is opened
 * again by the next call, with the PIN that was right before.
 *
 * @param pin UTF-8, copied: for the caller to wipe.
 * @throws {KeyWrapError}
 */
export async function pkcs11(
  where: TokenKey,
  pin: Uint8Array,
  attempts: Attempts,
): Promise<KeyWrap> {
  const module = moduleAt(where.module)
  const cipher = ciphers[where.cipher]
  const kept = Uint8Array.from(pin)
  /** Why it will not open any more. */
  let refused: KeyWrapError | undefined
  let open: (Opened & { readonly begun: number }) | undefined

  function opened(): Opened {
    if (open?.begun === module.begun()) return open
    try {
      return openAnew()
    } catch (error) {
      if (!(error instanceof KeyWrapError && error.code === 'gone')) throw error
    }
    // What a library knows of a token that went away stays wrong until it begins anew.
    module.end()
    return openAnew()
  }

  function openAnew(): Opened {
    open = undefined
    let session: Opened['session'] | undefined
    try {
      session = logIn(module, slotOf(module, where.token), kept)
      open = { ...keysOf(module, session, where), begun: module.begun() }
      return open
    } catch (cause) {
      if (session) closeSession(module, session)
      if (!(cause instanceof KeyWrapError))
        throw new KeyWrapError('gone', 'the token does not answer', cause)
      // A PIN that is wrong now must not be tried again: tokens lock themselves.
      if (cause.code === 'wrong-pin' || cause.code === 'locked') end(cause)
      throw cause
    }
  }

  function end(why: KeyWrapError): void {
    kept.fill(0)
    refused = why
  }

  /** A failure may be the token's or the data's: only a library that begins anew tells. */
  async function attempt<T>(work: (open: Opened) => Promise<T>, again: boolean): Promise<T> {
    const now = opened()
    try {
      return await work(now)
    } catch (cause) {
      if (cause instanceof KeyWrapError) throw cause
      leave()
      module.end()
      if (again) return attempt(work, false)
      throw new KeyWrapError('failed', 'the data key does not open in this token', cause)
    }
  }

  function leave(): void {
    if (open && open.begun === module.begun()) closeSession(module, open.session)
    open = undefined
  }

  const use = <T>(work: (open: Opened) => Promise<T>) =>
    module.turn(async () => {
      if (refused) throw new KeyWrapError(refused.code, refused.message, refused)
      return attempt(work, true)
    })

  try {
    await attempts.limited(() => module.turn(async () => opened()))
  } catch (error) {
    kept.fill(0)
    throw error
  }
  return {
    kind: 'pkcs11',
    wrap(dataKey, context) {
      return use((now) => cipher.wrap(now, dataKey, context))
    },
    async unwrap(wrapped, context) {
      if (wrapped.length !== cipher.length)
        throw new KeyWrapError('failed', `${wrapped.length} bytes are no wrapped data key`)
      return use((now) => cipher.unwrap(now, wrapped, context))
    },
    close() {
      return module.turn(async () => {
        leave()
        end(new KeyWrapError('sealed', 'the token was closed'))
      })
    },
  }
}

function keysOf(
  module: Module,
  session: Opened['session'],
  { id, cipher }: Pick<TokenKey, 'id' | 'cipher'>,
): Opened {
  const key = findKey(module, session, id, 'encrypt')
  const mac = cipher === 'cbc-hmac' ? findKey(module, session, id, 'mac') : undefined
  return { module, session, key, mac }
}
