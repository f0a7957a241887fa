import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { base64 } from '@scure/base'
import * as z from 'zod'
import type { Background } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { sign } from '../signed.ts'
import { given, givenAddress } from './bitcoin-accounts.ts'

/** sats-connect names an address, Leather a type of one. */
export const SignMessage = z.object({
  address: z.string().optional(),
  message: z.string().max(100_000),
  protocol: z.string().optional(),
  type: z.string().optional(),
  paymentType: z.enum(['p2tr', 'p2wpkh']).optional(),
})

/** The Wallet Standard's is any bytes. */
export const SignBytes = z.strictObject({ address: z.string(), message: z.base64().max(140_000) })

/** BIP-322. The older way needs a kind of address that this wallet does not have. */
export async function signText(
  { address, message, protocol, type, paymentType }: z.infer<typeof SignMessage>,
  origin: string,
  background: Background,
) {
  const way = protocol ?? type ?? 'bip322'
  if (!/^bip-?322(-simple)?$/i.test(way)) throw new ProviderError('unsupported')
  const signer = givenAddress(await given(origin, background), address, paymentType)
  const bytes = utf8ToBytes(message)
  const signature = await signBytes(bytes, signer, origin, background)
  return {
    signature,
    address: signer,
    message,
    messageHash: messageHash(bytes),
    protocol: 'BIP322',
  }
}

/** @returns Base64. */
export async function signBytes(
  bytes: Uint8Array,
  address: string,
  origin: string,
  background: Background,
): Promise<string> {
  givenAddress(await given(origin, background), address)
  const what = { kind: 'message', bytes, address } as const
  const wanted = { origin, family: 'bitcoin', address, what, goesTo: 'site' } as const
  const { signed } = await sign(wanted, background)
  if (signed.type !== 'signature') throw new Error('a message is answered with a signature')
  return base64.encode(signed.signature)
}

/** The tagged hash of BIP-322. */
function messageHash(message: Uint8Array): string {
  const tag = sha256(utf8ToBytes('BIP0322-signed-message'))
  return bytesToHex(sha256(concatBytes(tag, tag, message)))
}
