import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { WRAP_NONCE, unwrapUnder, wrapUnder } from '../../core/wrap-under.ts'
import { writeNew } from '../../durable-file.ts'
import { type KeyWrap, KeyWrapError } from '../../ports/key-wrap.ts'
import { type RunTool, TPM_RC, type Tpm, TpmError } from '../../ports/tpm.ts'
import { create, hmac, primary } from './tpm-commands.ts'

const MAC = 32

const bytes = z.codec(z.base64(), z.custom<Uint8Array>(), {
  decode: (text) => Uint8Array.from(Buffer.from(text, 'base64')),
  encode: (value) => Buffer.from(value).toString('base64'),
})

/** The key as the TPM gave it out: only the same TPM can load it. */
const KeyFile = z.strictObject({
  version: z.literal(1),
  public: bytes,
  private: bytes,
  /** Of the SHA-256 bank. */
  pcrs: z.array(z.int().min(0).max(23)),
})
type KeyFile = z.infer<typeof KeyFile>

/**
 * Wraps under an HMAC key that never leaves the TPM: every data key has a wrapping key of its own,
 * `HMAC(key in the TPM, nonce ‖ SHA-256(context))`, which comes back in an encrypted session.
 *
 * Unlike a sealed key that is fetched at the start, there is nothing in this process that opens all
 * shares; unlike RSA, nobody without the TPM can wrap. Every wrap and unwrap asks the TPM.
 *
 * @param path what {@link newTpmKey} made.
 * @throws {KeyWrapError} `other-boot` a PCR is not what it was then.
 */
export async function tpm(device: Tpm, path: string): Promise<KeyWrap> {
  const file = readKey(path)
  /** What the TPM gave out of its memory, for it alone to take in again. */
  let contexts: { readonly primary: Uint8Array; readonly key: Uint8Array } | undefined
  let isClosed = false

  async function load(run: RunTool, folder: string): Promise<void> {
    writeFileSync(join(folder, 'key.pub'), file.public)
    writeFileSync(join(folder, 'key.priv'), file.private)
    await primary(run)
    await run('load', '-Q', '-C', 'primary.ctx', '-u', 'key.pub', '-r', 'key.priv', '-c', 'key.ctx')
    const read = (name: string) => Uint8Array.from(readFileSync(join(folder, name)))
    contexts = { primary: read('primary.ctx'), key: read('key.ctx') }
  }

  /** Contexts are void after the TPM was reset: then once more from the start. */
  async function macOf(text: Uint8Array): Promise<Uint8Array> {
    if (isClosed) throw new KeyWrapError('sealed', 'the TPM was closed')
    try {
      return await device.turn(async (run, folder) => {
        writeFileSync(join(folder, 'text'), text)
        if (contexts) {
          writeFileSync(join(folder, 'primary.ctx'), contexts.primary)
          writeFileSync(join(folder, 'key.ctx'), contexts.key)
          try {
            return await hmac(run, file.pcrs)
          } catch (error) {
            if (!(error instanceof TpmError && error.code === 'refused')) throw error
          }
        }
        await load(run, folder)
        return hmac(run, file.pcrs)
      })
    } catch (error) {
      contexts = undefined
      throw meaning(error)
    }
  }

  async function wrappingKey(nonce: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    const digest = createHash('sha256').update(context).digest()
    const mac = await macOf(Uint8Array.from(Buffer.concat([nonce, digest])))
    if (mac.length !== MAC) throw new KeyWrapError('failed', `an HMAC of ${mac.length} bytes`)
    return mac
  }

  const probe = await macOf(new Uint8Array(WRAP_NONCE + MAC))
  probe.fill(0)
  return {
    kind: 'tpm',
    async wrap(dataKey, context) {
      const nonce = Uint8Array.from(randomBytes(WRAP_NONCE))
      const key = await wrappingKey(nonce, context)
      try {
        return wrapUnder(key, nonce, dataKey, context)
      } finally {
        key.fill(0)
      }
    },
    async unwrap(wrapped, context) {
      const key = await wrappingKey(wrapped.subarray(0, WRAP_NONCE), context)
      try {
        return unwrapUnder(key, wrapped, context)
      } finally {
        key.fill(0)
      }
    },
    async close() {
      isClosed = true
    },
  }
}

/**
 * Has the TPM make a key. The only place that does: opening never makes one.
 *
 * @param pcrs the measurements that must be as they are now whenever the key is used: 7 is Secure
 * Boot. A firmware update changes them, and then only another key wrap or the recovery kit helps.
 * @throws {KeyWrapError} @throws when there is a file already.
 */
export async function newTpmKey(
  device: Tpm,
  path: string,
  { pcrs = [] }: { readonly pcrs?: readonly number[] } = {},
): Promise<void> {
  let made: KeyFile
  try {
    made = await device.turn(async (run, folder) => {
      await primary(run)
      await create(run, pcrs)
      const read = (name: string) => Uint8Array.from(readFileSync(join(folder, name)))
      return { version: 1, public: read('key.pub'), private: read('key.priv'), pcrs: [...pcrs] }
    })
  } catch (error) {
    throw meaning(error)
  }
  writeNew(path, new TextEncoder().encode(`${JSON.stringify(z.encode(KeyFile, made))}\n`))
}

function meaning(error: unknown): KeyWrapError {
  if (error instanceof KeyWrapError) return error
  if (!(error instanceof TpmError))
    return new KeyWrapError('failed', 'the TPM cannot be asked', error)
  if (error.code === 'gone') return new KeyWrapError('gone', error.message, error)
  switch (error.response) {
    case TPM_RC.integrity:
      return new KeyWrapError(
        'key-missing',
        'the key is not of this TPM, or the TPM was cleared',
        error,
      )
    case TPM_RC.policyFail:
    case TPM_RC.pcrChanged:
      return new KeyWrapError(
        'other-boot',
        'this machine has started differently than when the key was made: a PCR has changed',
        error,
      )
    case TPM_RC.lockout:
      return new KeyWrapError('locked', 'the TPM is locked after too many failures', error)
    case undefined:
    default:
      return new KeyWrapError('failed', error.message, error)
  }
}

function readKey(path: string): KeyFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new KeyWrapError('key-missing', `${path} cannot be read`, cause)
  }
  try {
    return KeyFile.parse(JSON.parse(text))
  } catch (cause) {
    throw new KeyWrapError('failed', `${path}: expected a key of a TPM`, cause)
  }
}
