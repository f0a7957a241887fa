import type { Reading } from '../chain.ts'
import type { Intent } from '../intent.ts'
import { checkMessage } from './check-message.ts'
import { messageDigest } from './message-digest.ts'
import { readSignature } from './read-signature.ts'
import type { Signer } from './signer.ts'
import { readSiwe } from './siwe.ts'
import { textOf } from './text-of.ts'

/** An EIP-191 message of version 0x45, as `personal_sign` signs it. @throws {ChainError} */
export function readMessage(message: Uint8Array, signer: Signer): Reading {
  checkMessage(message)
  return readSignature('message', messageDigest(message), 27, signer, () => ({
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
