import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { memoryDisk } from './adapters/memory-disk.ts'
import { addLockPasskey, lockPasskeys, openByPasskey, removeLockPasskey } from './passkey-lock.ts'
import { changePassword, newVault, openVault } from './vault.ts'

const entropy = (length: number) => Uint8Array.from(randomBytes(length))

const passkey = (at = 1) => ({
  credentialId: entropy(16),
  name: 'Key',
  at,
  salt: entropy(32),
})

test('a passkey gives the key of the vault for its own secret only', async () => {
  const disk = memoryDisk()
  const [key, secret, added] = [entropy(32), entropy(32), passkey()]
  await addLockPasskey(disk, key, added, secret, entropy)
  expect(await lockPasskeys(disk)).toEqual([added])
  expect(await openByPasskey(disk, added.credentialId, secret)).toEqual(key)
  const denied = { code: 'passkey' }
  await expect(openByPasskey(disk, added.credentialId, entropy(32))).rejects.toMatchObject(denied)
  await expect(openByPasskey(disk, entropy(16), secret)).rejects.toMatchObject(denied)
  for (const { value } of await disk.list(''))
    for (const kept of [key, secret])
      expect(Buffer.from(value).includes(Buffer.from(kept))).toBe(false)
})

test('a secret that is not whole seals nothing', async () => {
  const disk = memoryDisk()
  const short = addLockPasskey(disk, entropy(32), passkey(), entropy(31), entropy)
  await expect(short).rejects.toMatchObject({ code: 'passkey' })
  expect(await disk.list('')).toEqual([])
})

test('a row that was changed anywhere opens nothing', async () => {
  const disk = memoryDisk()
  const [key, secret, added] = [entropy(32), entropy(32), passkey()]
  await addLockPasskey(disk, key, added, secret, entropy)
  const [row] = await disk.list('')
  for (let at = 0; at < row!.value.length; at += 1) {
    const value = row!.value.slice()
    value[at]! ^= 1
    await disk.write([{ name: row!.name, value }])
    await expect(openByPasskey(disk, added.credentialId, secret)).rejects.toBeInstanceOf(Error)
  }
  await disk.write([row!])
  expect(await openByPasskey(disk, added.credentialId, secret)).toEqual(key)
})

test('one that was taken away opens nothing any more, and the others do', async () => {
  const disk = memoryDisk()
  const [key, secret] = [entropy(32), entropy(32)]
  const [first, second] = [passkey(1), passkey(2)]
  await addLockPasskey(disk, key, first, secret, entropy)
  await addLockPasskey(disk, key, second, secret, entropy)
  await removeLockPasskey(disk, first.credentialId)
  await expect(openByPasskey(disk, first.credentialId, secret)).rejects.toMatchObject({
    code: 'passkey',
  })
  expect(await openByPasskey(disk, second.credentialId, secret)).toEqual(key)
})

test('another password leaves the passkeys as they are', async () => {
  const disk = memoryDisk()
  const [key, secret, added] = [entropy(32), entropy(32), passkey()]
  await newVault(disk, key, 'correct horse', entropy)
  await addLockPasskey(disk, key, added, secret, entropy)
  await changePassword(disk, 'correct horse', 'battery staple', entropy)
  await expect(openVault(disk, 'correct horse')).rejects.toMatchObject({ code: 'password' })
  expect(await openVault(disk, 'battery staple')).toEqual(key)
  expect(await openByPasskey(disk, added.credentialId, secret)).toEqual(key)
})

test('there are at most eight', async () => {
  const disk = memoryDisk()
  for (let at = 0; at < 8; at += 1)
    await addLockPasskey(disk, entropy(32), passkey(at), entropy(32), entropy)
  await expect(
    addLockPasskey(disk, entropy(32), passkey(), entropy(32), entropy),
  ).rejects.toMatchObject({ code: 'many-passkeys' })
})
