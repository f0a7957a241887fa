import type { OwnAddress } from '../account.ts'
import type { Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Intent } from '../intent.ts'
import type { PayloadKind } from '../payload.ts'
import { ED25519 } from '../suite.ts'
import type { Reader } from './explain.ts'
import { hasSigningDomain, parseOffChainMessage } from './off-chain-message.ts'
import { isNearSignIn, parseSignIn } from './sign-in.ts'
import { checkSignature, single } from './signature.ts'
import { isTransactionLike } from './transaction-like.ts'
import { utf8 } from './utf8.ts'

/** Bytes that are signed as they are: nothing marks them as a message, so they must be nothing else. */
export function readMessage(
  parts: readonly Uint8Array[],
  reader: Reader,
  own: OwnAddress,
): Reading {
  const [bytes, ...others] = parts
  if (!bytes) throw new ChainError('missing', 'message', 'bytes')
  if (others.length > 0) throw new ChainError('trailing', 'message', 'one part')
  const text = utf8(bytes)
  // SECURITY: a signature of a transaction's bytes is that transaction's. Test: src/solana/message-reading.test.ts "a message that is a transaction is refused: a legacy message"
  if (isTransactionLike(bytes, text))
    throw new ChainError('wrong-domain', 'message', 'bytes that are no transaction')
  // SECURITY: the prefix says that a wallet has read an off-chain message. Test: src/solana/message-reading.test.ts "a message that is an off-chain message is refused"
  if (hasSigningDomain(bytes))
    throw new ChainError('wrong-domain', 'message', 'bytes that are no off-chain message')
  return messageReading('message', bytes, () => meaningOf(bytes, text, own), reader, own)
}

/** A message that says of itself that it is one. */
export function readOffChainMessage(
  parts: readonly Uint8Array[],
  reader: Reader,
  own: OwnAddress,
): Reading {
  const [bytes, ...others] = parts
  if (!bytes) throw new ChainError('missing', 'offChainMessage', 'bytes')
  if (others.length > 0) throw new ChainError('trailing', 'offChainMessage', 'one part')
  const { text, signers } = parseOffChainMessage(bytes)
  // SECURITY: a message that does not ask for this key is no reason to use it. Test: src/solana/off-chain-message.test.ts "a message for other signers is refused"
  if (!signers.includes(own.address))
    throw new ChainError('wrong-account', 'offChainMessage.signers', 'this account')
  return messageReading('off-chain-message', bytes, () => meaningOf(bytes, text, own), reader, own)
}

/** How anything is read that is signed as it is, and does nothing on the chain. */
function messageReading(
  kind: PayloadKind,
  bytes: Uint8Array,
  intent: () => Intent,
  { network, account }: Reader,
  own: OwnAddress,
): Reading {
  return {
    kind,
    explain: () => ({
      chain: network.id,
      account: account.id,
      intents: [intent()],
      claims: [],
      uses: [],
    }),
    digests: () => [{ index: 0, suite: ED25519, path: own.path, message: bytes.slice() }],
    assemble(signatures) {
      const signature = single(signatures)
      checkSignature(signature, bytes, own)
      return { type: 'signature', signature: Uint8Array.from(signature) }
    },
  }
}

/** A sign-in inside an off-chain message is one as well, so that it is compared with who asks. */
function meaningOf(bytes: Uint8Array, text: string | undefined, { address }: OwnAddress): Intent {
  const copy = bytes.slice()
  if (text === undefined) return { kind: 'message', address, bytes: copy }
  const signIn = parseSignIn(text)
  if (signIn) return signIn
  const nearSignIn = isNearSignIn(text)
  return { kind: 'message', address, bytes: copy, text, ...(nearSignIn ? { nearSignIn } : {}) }
}
