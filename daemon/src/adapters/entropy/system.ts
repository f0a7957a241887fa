import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import type { Entropy } from '../../ports/entropy.ts'

/**
 * OpenSSL's generator and the kernel's, added up: the first lives in this process and is copied by a
 * snapshot of it, the second is read anew each time.
 */
export function system(): Entropy {
  return {
    bytes(length) {
      const kernel = fromKernel(length)
      const own = randomBytes(length)
      return kernel.map((byte, at) => byte ^ (own[at] ?? 0))
    },
  }
}

function fromKernel(length: number): Uint8Array {
  if (process.platform === 'win32') return Uint8Array.from(randomBytes(length))
  const bytes = new Uint8Array(length)
  const file = openSync('/dev/urandom', 'r')
  try {
    for (let at = 0; at < length;) {
      const got = readSync(file, bytes, at, length - at, null)
      if (got === 0) throw new Error('the kernel gives no random bytes')
      at += got
    }
  } finally {
    closeSync(file)
  }
  return bytes
}
