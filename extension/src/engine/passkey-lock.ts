/**
 * Passkeys that open this browser, beside its password. An authenticator makes the same secret for the
 * same salt each time its person agrees (WebAuthn, extension `prf`), and nobody else can make it. The
 * key of the vault is sealed under it once more, one row a passkey; it stays what it is, so that another
 * password leaves the passkeys as they are.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { bytes, decodeRow, encodeRow, someBytes, wipe } from '@tandem/protocol'
import * as z from 'zod'
import { EngineError } from '../messages/engine.ts'
import type { LockPasskey } from '../messages/passkey-lock.ts'
import type { Disk } from './ports/disk.ts'

const PREFIX = 'lock-passkey/'
const SECRET_LENGTH = 32
const MOST = 8

const header = {
  format: z.literal(1),
  credentialId: someBytes,
  name: z.string().max(40),
  at: z.number(),
  salt: bytes(32),
}
const Header = z.strictObject(header)
const Row = z.strictObject({
  ...header,
  /** nonce(24) ‖ XChaCha20-Poly1305(key of the vault), bound to all of the header. */
  sealed: bytes(24 + 32 + 16),
})
type Row = z.infer<typeof Row>

const nameOf = (credentialId: Uint8Array): string => `${PREFIX}${bytesToHex(sha256(credentialId))}`

/** Oldest first. */
export async function lockPasskeys(disk: Disk): Promise<readonly LockPasskey[]> {
  const rows = await disk.list(PREFIX)
  return rows
    .map(({ value }) => decodeRow(Row, value))
    .map(({ credentialId, name, at, salt }) => ({ credentialId, name, at, salt }))
    .toSorted((a, b) => a.at - b.at)
}

/** Lets a passkey open the vault that has this key. @throws {EngineError} `many-passkeys` */
export async function addLockPasskey(
  disk: Disk,
  key: Uint8Array,
  passkey: LockPasskey,
  secret: Uint8Array,
  entropy: (length: number) => Uint8Array,
): Promise<void> {
  if ((await lockPasskeys(disk)).length >= MOST)
    throw new EngineError('many-passkeys', `expected at most ${MOST}`)
  const { credentialId, name, at, salt } = passkey
  const head = { format: 1, credentialId, name, at, salt } as const
  const nonce = entropy(24)
  const under = keyOf(head, secret)
  const sealed = concatBytes(nonce, xchacha20poly1305(under, nonce, boundTo(head)).encrypt(key))
  wipe(under)
  await disk.write([{ name: nameOf(credentialId), value: encodeRow(Row, { ...head, sealed }) }])
}

/** @throws {EngineError} `passkey` when it is none of this vault, or what is kept of it was changed. */
export async function openByPasskey(
  disk: Disk,
  credentialId: Uint8Array,
  secret: Uint8Array,
): Promise<Uint8Array> {
  const row = await disk.get(nameOf(credentialId))
  if (!row) throw new EngineError('passkey', 'no such passkey opens this wallet')
  const { sealed, ...head } = decodeRow(Row, row)
  const under = keyOf(head, secret)
  try {
    return xchacha20poly1305(under, sealed.subarray(0, 24), boundTo(head)).decrypt(
      sealed.subarray(24),
    )
  } catch (cause) {
    throw new EngineError('passkey', 'this passkey does not open this wallet', cause)
  } finally {
    wipe(under)
  }
}

export async function removeLockPasskey(disk: Disk, credentialId: Uint8Array): Promise<void> {
  await disk.write([{ name: nameOf(credentialId) }])
}

function keyOf(head: z.infer<typeof Header>, secret: Uint8Array): Uint8Array {
  // SECURITY: what is short can be guessed from a stolen profile. Test: src/engine/passkey-lock.test.ts "a secret that is not whole seals nothing"
  if (secret.length < SECRET_LENGTH)
    throw new EngineError('passkey', 'expected a secret of 32 bytes')
  return hkdf(sha256, secret, head.salt, utf8ToBytes('tandem/vault/passkey/1'), 32)
}

const boundTo = (head: z.infer<typeof Header>): Uint8Array =>
  concatBytes(utf8ToBytes('tandem/vault/passkey/1 '), encodeRow(Header, head))
