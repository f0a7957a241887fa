import type { Account, OwnAddress } from '../account.ts'
import type { Chain } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Network } from '../networks.ts'
import { decodePayload } from '../payload.ts'
import { ED25519, type PublicKeyAt } from '../suite.ts'
import { decodeAddress, encodeAddress } from './address.ts'
import { readBatch } from './batch.ts'
import { readMessage, readOffChainMessage } from './message-reading.ts'
import { readTransaction } from './transaction.ts'

/**
 * A Solana cluster. One address for each account, at `m/501/account` of the Ed25519 root.
 *
 * Clusters are one chain to a signature: only the blockhash tells them apart, and no key can see that.
 */
export function solana(network: Network): Chain {
  if (network.family !== 'solana')
    throw new ChainError('wrong-chain', 'network', 'a network of the family solana')
  return {
    network,
    addresses: (keyAt, account) => [addressOf(keyAt, account)],
    checkAddress: (text) => encodeAddress(decodeAddress(text)),
    read(payload, account) {
      // SECURITY: a caller that writes into its buffer must not change what is signed. Test: src/solana/transaction.test.ts "%s that change after they were read are signed as they were"
      const bytes = new Uint8Array(payload)
      const { kind, parts } = decodePayload(bytes)
      const own = ownOf(account, network)
      const reader = { network, account, self: own.address }
      switch (kind) {
        case 'transaction':
          return readTransaction(parts, reader, own)
        case 'transactions':
          return readBatch(parts, reader, own)
        case 'message':
          return readMessage(parts, reader, own)
        case 'off-chain-message':
          return readOffChainMessage(parts, reader, own)
        case 'psbt':
        case 'typed-data':
        case 'authorization':
          throw new ChainError('unsupported', 'payload.kind', 'a kind of request on Solana')
      }
    },
  }
}

function addressOf(keyAt: PublicKeyAt, account: number): OwnAddress {
  const path = [501, account]
  const publicKey = keyAt(ED25519, path)
  const address = encodeAddress(publicKey)
  return { type: 'solana', address, key: address, suite: ED25519, path, publicKey, change: false }
}

function ownOf({ id, addresses }: Account, network: Network): OwnAddress {
  const [own] = addresses
  if (own?.type !== 'solana' || id !== `${network.id}:${own.address}`)
    throw new ChainError('wrong-account', 'account', 'an account of this chain')
  return own
}
