import { expect, test } from 'vitest'
import { H } from '../../core/hash.ts'
import { pairingName } from './pairing-name.ts'

test('the name of an invitation follows from its secret, and is no part of what the handshake proves', () => {
  const secret = new Uint8Array(16).fill(7)
  const name = pairingName(secret)
  expect(name).toEqual(H('pairing-name', secret).subarray(0, 8))
  expect(name).not.toEqual(H('pairing-psk', secret).subarray(0, 8))
  expect(pairingName(new Uint8Array(16).fill(8))).not.toEqual(name)
})
