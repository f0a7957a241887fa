import type { Attempts } from '../../../ports/key-wrap-attempts.ts'
import { type KeyWrap, KeyWrapError } from '../../../ports/key-wrap.ts'
import type { Answer, Call } from './calls.ts'
import type { CipherName } from './ciphers.ts'
import { type Helper, startHelper } from './helper.ts'
import type { FoundToken, TokenKey } from './pkcs11.ts'
import type { Token } from './token.ts'

/**
 * PKCS#11 libraries in processes of their own: one that hangs or ends its process is `gone`, and the
 * next call begins anew. Secrets go through a pipe, never through arguments or the environment.
 */
export const isolated = { tokens, newTokenKey, pkcs11 }

/** The tokens that a library knows. @throws {KeyWrapError} `gone` */
async function tokens(module: string): Promise<FoundToken[]> {
  return once(async (helper) => (await helper.call({ call: 'tokens', module })).tokens ?? [])
}

/**
 * Has the token make a key. The only place that does: opening never makes one.
 *
 * @param pin UTF-8, for the caller to wipe.
 * @param cipher left out: GCM where the token has it.
 * @throws {KeyWrapError}
 */
function newTokenKey(
  { module, token }: { readonly module: string; readonly token: Token },
  pin: Uint8Array,
  attempts: Attempts,
  cipher?: CipherName,
): Promise<TokenKey> {
  const { label, serial } = token
  const make = {
    call: 'make',
    module,
    token: { label, serial },
    ...(cipher && { cipher }),
  } as const
  return attempts.limited(() =>
    once(async (helper) => {
      const { key } = await helper.call({ ...make, pin })
      if (!key) throw new KeyWrapError('failed', 'the token makes no key')
      return key
    }),
  )
}

async function once<T>(work: (helper: Helper) => Promise<T>): Promise<T> {
  const helper = startHelper()
  try {
    return await work(helper)
  } finally {
    await helper.end()
  }
}

/**
 * Wraps under a key that never leaves its token. A token or library that goes away and comes back is
 * opened again by the next call, with the PIN that was right before.
 *
 * @param pin UTF-8, copied: for the caller to wipe.
 * @throws {KeyWrapError}
 */
async function pkcs11(key: TokenKey, pin: Uint8Array, attempts: Attempts): Promise<KeyWrap> {
  const kept = Uint8Array.from(pin)
  /** Why it will not open any more. */
  let refused: KeyWrapError | undefined
  let helper: Helper | undefined
  /** That its key is open there. */
  let done: Promise<unknown> | undefined

  async function opened(): Promise<Helper> {
    if (refused) throw new KeyWrapError(refused.code, refused.message, refused)
    if (!helper || helper.isOver()) {
      helper = startHelper()
      done = undefined
    }
    const [mine, now] = [helper, (done ??= openIn(helper))]
    try {
      await now
    } catch (error) {
      if (done === now) done = undefined
      throw error
    }
    return mine
  }

  async function openIn(mine: Helper): Promise<void> {
    const given = Uint8Array.from(kept)
    try {
      await mine.call({ call: 'open', key, pin: given })
    } finally {
      given.fill(0)
    }
  }

  function end(why: KeyWrapError): void {
    kept.fill(0)
    refused ??= why
  }

  async function use(call: Call): Promise<Answer> {
    try {
      return await (await opened()).call(call)
    } catch (error) {
      // SECURITY: a PIN that is wrong now must not be tried again: tokens lock themselves. Test: src/adapters/key-wrap/pkcs11/isolated.test.ts "with a PIN that was changed meanwhile: the old one is tried once"
      if (error instanceof KeyWrapError && /^(wrong-pin|locked)$/.test(error.code)) end(error)
      throw error
    }
  }

  async function bytesOf(call: Call): Promise<Uint8Array> {
    const { bytes } = await use(call)
    if (!bytes) throw new KeyWrapError('failed', 'the token answers something else')
    return bytes
  }

  try {
    await attempts.limited(() => opened())
  } catch (error) {
    kept.fill(0)
    await helper?.end()
    throw error
  }
  return {
    kind: 'pkcs11',
    wrap: (dataKey, context) => bytesOf({ call: 'wrap', key: dataKey, context }),
    unwrap: (wrapped, context) => bytesOf({ call: 'unwrap', wrapped, context }),
    async close() {
      end(new KeyWrapError('sealed', 'the token was closed'))
      await helper?.end()
    },
  }
}
