import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'smol-toml'
import * as z from 'zod'
import { writeNew } from './durable-file.ts'
import { DamagedFileError, OpenSecretError } from './errors.ts'

/** A file with the PIN or passphrase, for machines that start alone. Mode 0600. */
const secret_file = z.string().min(1).optional()

/** A file in the folder, where it is another one than the first of its kind: a key that was made later. */
const file = z
  .string()
  .regex(/^[a-z0-9-]+$/, 'expected the name of a file in the folder')
  .optional()

/** How the secrets are sealed. Nothing in it is secret. */
export const Sealing = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('key-file'), file }),
    z.strictObject({ kind: z.literal('passphrase'), file, secret_file }),
    z.strictObject({
      kind: z.literal('pkcs11'),
      /** Path of the token's library. */
      module: z.string().min(1),
      token: z.strictObject({ label: z.string(), serial: z.string() }),
      /** The key that `tandem init` had the token make. */
      key: z
        .strictObject({
          /** CKA_ID, in hex. */
          id: z.string().regex(/^[0-9a-f]{2,64}$/, 'expected hex'),
          cipher: z.enum(['gcm', 'cbc-hmac']),
        })
        .optional(),
      secret_file,
    }),
    z.strictObject({
      kind: z.literal('tpm'),
      /** How tpm2-tools reach it. */
      tcti: z.string().default('device:/dev/tpmrm0'),
      /** Measurements of the start of this machine that the key is bound to when it is made: 7 is Secure Boot. */
      pcrs: z.array(z.int().min(0).max(23)).optional(),
      /** Where in the TPM's memory `tandem init` made a counter of starts. */
      counter: z.int().min(0x0180_0000).max(0x01bf_ffff).optional(),
      file,
    }),
  ],
  'expected a kind: "key-file", "passphrase", "pkcs11" or "tpm"',
)
export type Sealing = z.infer<typeof Sealing>

export const nameOf = (folder: string): string => join(folder, 'sealing.toml')

/** What {@link keepSealing} wrote; nothing before the daemon was set up. */
export function keptSealing(folder: string): Sealing | undefined {
  let text: string
  try {
    text = readFileSync(nameOf(folder), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return Sealing.parse(parse(text))
  } catch (cause) {
    throw new DamagedFileError(`${nameOf(folder)} is not as it was written`, { cause })
  }
}

/** What holds: the settings; a key or counter that they do not name is the one that was made. */
export function effectiveSealing(folder: string, set: Sealing | undefined): Sealing | undefined {
  const kept = keptSealing(folder)
  if (!set || set.kind !== kept?.kind) return set ?? kept
  return Sealing.parse({ ...kept, ...set })
}

/** Writes down what `tandem init` chose, beside what it sealed. */
export function keepSealing(folder: string, sealing: Sealing): void {
  writeNew(nameOf(folder), bytesOf(sealing))
}

/** The file that keeps the key of a sealing; nothing for one in a token. */
export function fileOf(folder: string, sealing: Sealing): string | undefined {
  if (sealing.kind === 'pkcs11') return undefined
  return join(folder, sealing.file ?? firstFile[sealing.kind])
}

/** The sealing with a file that is not there yet. */
export function withNewFile(folder: string, sealing: Sealing): Sealing {
  if (sealing.kind === 'pkcs11') return sealing
  const first = firstFile[sealing.kind]
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? first : `${first}-${number}`
    if (!existsSync(join(folder, name))) return { ...sealing, file: name }
  }
}

const firstFile = { 'key-file': 'key', passphrase: 'passphrase', tpm: 'tpm-key' } as const

export const bytesOf = (sealing: Sealing): Uint8Array =>
  new TextEncoder().encode(stringify(sealing))

/** What a person types, or nothing where the daemon needs nobody. */
export function secretName({ kind }: Sealing): 'PIN' | 'passphrase' | undefined {
  if (kind === 'passphrase') return 'passphrase'
  return kind === 'pkcs11' ? 'PIN' : undefined
}

/** The name of the systemd credential. */
export const CREDENTIAL = 'tandem-secret'

/**
 * The PIN or passphrase of a machine that starts alone: a systemd credential, or a file.
 *
 * @returns bytes for the caller to wipe; nothing when a person must say it.
 * @throws when others can read the file.
 */
export function storedSecret(
  sealing: Sealing,
  credentials: string | undefined,
): Uint8Array | undefined {
  const named = 'secret_file' in sealing ? sealing.secret_file : undefined
  const path = named ?? (credentials === undefined ? undefined : join(credentials, CREDENTIAL))
  if (path === undefined || secretName(sealing) === undefined) return undefined
  try {
    // A credential's folder is for this service alone, whatever its file's mode says.
    return readSecret(path, named !== undefined)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing && named === undefined) return undefined
    throw error
  }
}

/**
 * A PIN or passphrase in a file of its own, without the end of its line.
 *
 * @returns bytes for the caller to wipe. @throws {OpenSecretError}
 */
export function secretFile(path: string): Uint8Array {
  return readSecret(path, true)
}

function readSecret(path: string, isOwn: boolean): Uint8Array {
  const { mode } = statSync(path)
  // SECURITY: a passphrase that others can read protects nothing. Test: src/sealing.test.ts "a secret file that others can read is refused"
  if (isOwn && (mode & 0o077) !== 0)
    throw new OpenSecretError(`${path} can be read by other users: chmod 600 it`)
  const bytes = readFileSync(path)
  const end = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length
  const secret = Uint8Array.from(bytes.subarray(0, end))
  bytes.fill(0)
  return secret
}
