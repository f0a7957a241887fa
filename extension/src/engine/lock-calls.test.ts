import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { handOver, takeOver } from '../messages/handed-over.ts'
import { memoryDisk } from './adapters/memory-disk.ts'
import { lockCalls } from './lock-calls.ts'
import { openByPasskey } from './passkey-lock.ts'
import { newVault } from './vault.ts'

const entropy = (length: number) => Uint8Array.from(randomBytes(length))
const clock = { now: () => 7, after: () => () => undefined }

test('another way in is added by who has one', async () => {
  const disk = memoryDisk()
  const key = entropy(32)
  await newVault(disk, key, 'correct horse', entropy)
  const taken: Uint8Array[] = []
  const calls = lockCalls(
    {
      disk,
      clock,
      entropy,
      async takeOver(name) {
        const secret = await takeOver(name)
        taken.push(secret)
        return secret
      },
    },
    () => key,
  )
  const secret = entropy(32)
  const passkey = { credentialId: entropy(16), name: 'Key', salt: entropy(32) }
  const add = (password: string) => {
    const { name: handed } = handOver(secret.slice())
    return calls.addLockPasskey({ ...passkey, password, handed })
  }
  await expect(add('correct horsE')).rejects.toMatchObject({ code: 'password' })
  expect(await calls.lockPasskeys()).toEqual([])
  await add('correct horse')
  expect(await calls.lockPasskeys()).toEqual([{ ...passkey, at: 7 }])
  expect(await openByPasskey(disk, passkey.credentialId, secret)).toEqual(key)
  // However it ended, the secret is nowhere left.
  expect(taken).toEqual([new Uint8Array(32), new Uint8Array(32)])
  await calls.removeLockPasskey(passkey.credentialId)
  expect(await calls.lockPasskeys()).toEqual([])
})
