/**
 * The lock of this browser: a key that seals what is kept, itself sealed under a password.
 *
 * What a thief of the profile can guess at is the password of one share, which signs nothing without
 * the co-signer. Guessing costs 128 MiB and about half a second each.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { scryptAsync } from '@noble/hashes/scrypt.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { bytes, decodeRow, encodeRow, wipe } from '@tandem/protocol'
import type { Box } from './ports/box.ts'
import type { Disk } from './ports/disk.ts'

/**
 * - `none`      there is nothing to unlock yet
 * - `exists`    there is one already
 * - `password`  it is another password
 * - `damaged`   what is kept does not open
 * - `locked`    it was closed, and its key is gone
 */
class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: 'none' | 'exists' | 'password' | 'damaged' | 'locked'

  constructor(code: VaultError['code'], cause?: unknown) {
    super(`vault: ${code}`, { cause })
    this.code = code
  }
}

const VAULT = 'vault'
const COST = { N: 2 ** 17, r: 8, p: 1 } as const

const VaultRow = z.strictObject({
  format: z.literal(1),
  salt: bytes(32),
  cost: z.strictObject({ N: z.int(), r: z.int(), p: z.int() }),
  /** nonce(24) ‖ XChaCha20-Poly1305(key) under the password. */
  sealed: bytes(24 + 32 + 16),
})

export async function hasVault(disk: Disk): Promise<boolean> {
  return (await disk.get(VAULT)) !== undefined
}

/** Keeps a key, which opens everything, under a password. */
export async function newVault(
  disk: Disk,
  key: Uint8Array,
  password: string,
  entropy: (length: number) => Uint8Array,
): Promise<void> {
  if (await hasVault(disk)) throw new VaultError('exists')
  await keepUnder(disk, key, password, entropy)
}

/** Keeps the same key under another password. @throws {VaultError} */
export async function changePassword(
  disk: Disk,
  before: string,
  after: string,
  entropy: (length: number) => Uint8Array,
): Promise<void> {
  const key = await openVault(disk, before)
  await keepUnder(disk, key, after, entropy)
  wipe(key)
}

async function keepUnder(
  disk: Disk,
  key: Uint8Array,
  password: string,
  entropy: (length: number) => Uint8Array,
): Promise<void> {
  const salt = entropy(32)
  const under = await stretched(password, salt, COST)
  const sealed = sealed1(under, entropy(24), VAULT, key)
  wipe(under)
  const value = encodeRow(VaultRow, { format: 1, salt, cost: { ...COST }, sealed })
  await disk.write([{ name: VAULT, value }])
}

/** @throws {VaultError} */
export async function openVault(disk: Disk, password: string): Promise<Uint8Array> {
  const row = await disk.get(VAULT)
  if (!row) throw new VaultError('none')
  const { salt, cost, sealed } = decodeRow(VaultRow, row)
  try {
    return opened(await stretched(password, salt, cost), VAULT, sealed)
  } catch (cause) {
    throw new VaultError('password', cause)
  }
}

/** Seals rows under the key of an open vault, until it is closed: then its copy of the key is gone. */
export function boxOf(
  key: Uint8Array,
  entropy: (length: number) => Uint8Array,
): Box & { close(): void } {
  const own = key.slice()
  let isOpen = true

  function keyNow(): Uint8Array {
    // SECURITY: what is still under way when it is locked would be sealed under a key of zeros, and never open again. Test: src/engine/vault.test.ts "a box that is closed seals nothing and opens nothing"
    if (!isOpen) throw new VaultError('locked')
    return own
  }

  return {
    seal: (name, plain) => sealed1(keyNow(), entropy(24), name, plain),
    open(name, sealed) {
      const current = keyNow()
      try {
        return opened(current, name, sealed)
      } catch (cause) {
        // SECURITY: a row that another hand put here, or moved, is not believed. Test: src/engine/vault.test.ts "a row that was changed, or stands under another name, does not open"
        throw new VaultError('damaged', cause)
      }
    },
    close() {
      isOpen = false
      wipe(own)
    },
  }
}

const stretched = (
  password: string,
  salt: Uint8Array,
  { N, r, p }: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Uint8Array> =>
  scryptAsync(utf8ToBytes(password.normalize('NFKC')), salt, { N, r, p, dkLen: 32 })

const sealed1 = (key: Uint8Array, nonce: Uint8Array, name: string, plain: Uint8Array): Uint8Array =>
  concatBytes(nonce, xchacha20poly1305(key, nonce, utf8ToBytes(`tandem/${name}`)).encrypt(plain))

const opened = (key: Uint8Array, name: string, sealed: Uint8Array): Uint8Array =>
  xchacha20poly1305(key, sealed.subarray(0, 24), utf8ToBytes(`tandem/${name}`)).decrypt(
    sealed.subarray(24),
  )
