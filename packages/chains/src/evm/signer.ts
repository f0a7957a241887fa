import type { Account } from '../account.ts'
import type { Digest } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Facts } from '../intent.ts'
import type { Network } from '../networks.ts'
import { ECDSA, type Path } from '../suite.ts'
import type { Context } from './context.ts'

/** The one key of an account that signs, and where. */
export type Signer = {
  readonly network: Network
  readonly chainId: bigint
  /** CAIP-10. */
  readonly id: string
  /** With its EIP-55 checksum. */
  readonly address: string
  readonly path: Path
  readonly publicKey: Uint8Array
}

/** @throws {ChainError} `wrong-account`: not exactly one address on this network */
export function signerOf(network: Network, chainId: bigint, account: Account): Signer {
  const [own, ...others] = account.addresses
  const id = `${network.id}:${own?.address}`
  // SECURITY: a request read for one account must not be signed by another. Test: src/evm/evm.test.ts "an account of another network is refused"
  if (own?.type !== 'evm' || others.length > 0 || account.id !== id)
    throw new ChainError('wrong-account', 'account', `one address on ${network.id}`)
  const { address, path, publicKey } = own
  return { network, chainId, id, address, path, publicKey }
}

export function contextOf({ network, chainId, address }: Signer, facts: Facts): Context {
  return { chain: network.id, chainId, native: network.native.asset, self: address, facts }
}

/** The copy keeps a caller that writes into it from changing what is signed. */
export function digestOf(signer: Signer, index: number, hash: Uint8Array): Digest {
  return { index, suite: ECDSA, path: signer.path, message: hash.slice() }
}
