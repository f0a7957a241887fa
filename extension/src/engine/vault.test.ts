import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { memoryDisk } from './adapters/memory-disk.ts'
import { boxOf, hasVault, newVault, openVault } from './vault.ts'

const entropy = (length: number) => Uint8Array.from(randomBytes(length))

test('a vault gives its key for its password only, and is made once', async () => {
  const disk = memoryDisk()
  const key = entropy(32)
  expect(await hasVault(disk)).toBe(false)
  await expect(openVault(disk, 'x')).rejects.toMatchObject({ code: 'none' })
  await newVault(disk, key, 'correct horse', entropy)
  expect(await openVault(disk, 'correct horse')).toEqual(key)
  await expect(openVault(disk, 'correct horsE')).rejects.toMatchObject({ code: 'password' })
  await expect(newVault(disk, key, 'another', entropy)).rejects.toMatchObject({ code: 'exists' })
  const kept = await disk.get('vault')
  expect(Buffer.from(kept!).includes(Buffer.from(key))).toBe(false)
})

test('a row that was changed, or stands under another name, does not open', () => {
  const box = boxOf(entropy(32), entropy)
  const plain = entropy(100)
  const sealed = box.seal('wallet', plain)
  expect(box.open('wallet', sealed)).toEqual(plain)
  expect(() => box.open('pair', sealed)).toThrow('damaged')
  for (const at of [0, 30, sealed.length - 1]) {
    const changed = sealed.slice()
    changed[at]! ^= 1
    expect(() => box.open('wallet', changed)).toThrow('damaged')
  }
  expect(() => boxOf(entropy(32), entropy).open('wallet', sealed)).toThrow('damaged')
  expect(box.seal('wallet', plain)).not.toEqual(sealed)
})

test('a box that is closed seals nothing and opens nothing', () => {
  const key = entropy(32)
  const box = boxOf(key, entropy)
  const sealed = box.seal('wallet', Uint8Array.of(1))
  box.close()
  expect(() => box.seal('wallet', Uint8Array.of(1))).toThrow('locked')
  expect(() => box.open('wallet', sealed)).toThrow('locked')
  // The key of an engine that is wiped is not that of a box.
  const other = boxOf(key, entropy)
  key.fill(0)
  expect(other.open('wallet', sealed)).toEqual(Uint8Array.of(1))
})
