import type { Account, OwnAddress } from '../account.ts'
import { parseChainId } from '../caip.ts'
import type { Chain, Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Network } from '../networks.ts'
import { type Payload, decodePayload } from '../payload.ts'
import { ECDSA, type PublicKeyAt } from '../suite.ts'
import { addressOfKey, checkAddress } from './address.ts'
import { onlyPart } from './only-one.ts'
import { readAuthorization } from './read-authorization.ts'
import { readMessage } from './read-message.ts'
import { readTransaction } from './read-transaction.ts'
import { readTransactions } from './read-transactions.ts'
import { readTyped } from './read-typed.ts'
import { type Signer, signerOf } from './signer.ts'

/** The number in an account's path that stands for EVM chains (SLIP-44: Ether). */
const COIN_TYPE = 60

/** @throws {ChainError} `unsupported`: another family's network */
export function evm(network: Network): Chain {
  const { namespace, reference } = parseChainId(network.id)
  if (network.family !== 'evm' || namespace !== 'eip155')
    throw new ChainError('unsupported', 'network', 'an EVM network')
  const chainId = BigInt(reference)

  return {
    network,
    addresses: (keyAt, account) => [ownAddress(keyAt, account)],
    checkAddress: (text) => checkAddress(text),
    read(payload: Uint8Array, account: Account): Reading {
      // SECURITY: a caller that writes into its buffer must not change what is signed. Test: src/evm/evm.test.ts "the digest is of the bytes that were explained"
      const bytes = new Uint8Array(payload)
      return readPayload(decodePayload(bytes), signerOf(network, chainId, account))
    },
  }
}

function ownAddress(keyAt: PublicKeyAt, account: number): OwnAddress {
  const path = [COIN_TYPE, account]
  const publicKey = keyAt(ECDSA, path)
  const address = addressOfKey(publicKey)
  const key = address.toLowerCase()
  return { type: 'evm', address, key, suite: ECDSA, path, publicKey, change: false }
}

function readPayload(payload: Payload, signer: Signer): Reading {
  switch (payload.kind) {
    case 'transaction':
      return readTransaction(onlyPart(payload), signer).reading
    case 'transactions':
      return readTransactions(payload.parts, signer)
    case 'message':
      return readMessage(onlyPart(payload), signer)
    case 'typed-data':
      return readTyped(payload.parts, signer)
    case 'authorization':
      return readAuthorization(onlyPart(payload), signer)
    case 'psbt':
    case 'off-chain-message':
      throw new ChainError('unsupported', 'payload.kind', 'a request of EVM chains')
  }
}
