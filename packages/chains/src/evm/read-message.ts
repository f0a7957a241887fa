import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Reading } from '../chain.ts'
import type { Intent } from '../intent.ts'
import { checkMessage } from './check-message.ts'
import { readSignature } from './read-signature.ts'
import type { Signer } from './signer.ts'
import { readSiwe } from './siwe.ts'
import { textOf } from './text-of.ts'

/** An EIP-191 message of version 0x45, as `personal_sign` signs it. @throws {ChainError} */
export function readMessage(message: Uint8Array, signer: Signer): Reading {
  checkMessage(message)
  const prefix = utf8ToBytes(`\u0019Ethereum Signed Message:\n${message.length}`)
  const digest = keccak_256(concatBytes(prefix, message))
  return readSignature('message', digest, 27, signer, () => ({
    intents: [explainMessage(message, signer.address)],
  }))
}

function explainMessage(bytes: Uint8Array, address: string): Intent {
  const text = textOf(bytes)
  if (text === undefined) return { kind: 'message', address, bytes: Uint8Array.from(bytes) }
  const signIn = readSiwe(text)
  if (typeof signIn === 'object') return signIn
  const nearSignIn = signIn === 'near'
  return {
    kind: 'message',
    address,
    bytes: Uint8Array.from(bytes),
    text,
    ...(nearSignIn ? { nearSignIn } : {}),
  }
}
