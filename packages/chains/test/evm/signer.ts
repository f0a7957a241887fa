import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type Account, account } from '../../src/account.ts'
import type { Reading, Signed } from '../../src/chain.ts'
import { evm } from '../../src/evm/index.ts'
import type { Network } from '../../src/networks.ts'

/** An account whose whole key is here, as no wallet's is. */
export type TestSigner = {
  readonly address: `0x${string}`
  readonly account: Account
  /** r ‖ s ‖ recovery id. */
  sign(digest: Uint8Array): Uint8Array
  /** Signs everything that `reading` asks for. */
  complete(reading: Reading): Signed
}

/** The same for the same `name`, on every network. */
export function testSigner(network: Network, name: string): TestSigner {
  const secretKey = keccak_256(utf8ToBytes(`a key of the tests: ${name}`))
  const publicKey = secp256k1.getPublicKey(secretKey)
  const addresses = evm(network).addresses(() => publicKey, 0)
  const sign = (digest: Uint8Array) => {
    const signed = secp256k1.sign(digest, secretKey, { prehash: false, format: 'recovered' })
    const signature = new Uint8Array(65)
    signature.set(signed.subarray(1))
    signature[64] = signed[0] ?? 0
    return signature
  }
  return {
    address: `0x${addresses[0]?.address.slice(2)}`,
    account: account(network.id, 0, addresses),
    sign,
    complete: (reading) => reading.assemble(reading.digests().map(({ message }) => sign(message))),
  }
}
