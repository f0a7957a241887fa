import type { Account } from '../account.ts'
import type { Chain, Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Network } from '../networks.ts'
import { decodePayload } from '../payload.ts'
import { type Hrp, checkAddress } from './address.ts'
import { addresses } from './addresses.ts'
import { readMessage } from './message.ts'
import { readPsbt } from './read-psbt.ts'

/** One of the listed Bitcoin networks. */
export function bitcoin(network: Network): Chain {
  const settings = network.bitcoin
  if (!settings) throw new RangeError(`${network.name} is not a Bitcoin network`)
  const { hrp } = settings
  return {
    network,
    addresses: (keyAt, account, count) => addresses(settings, keyAt, account, count),
    checkAddress: (text) => checkAddress(text, hrp),
    read(payload, account) {
      // SECURITY: a caller that writes into its buffer must not change what is signed. Test: src/bitcoin/bitcoin.test.ts "what is read stays as it was read%s"
      const bytes = new Uint8Array(payload)
      return readRequest(bytes, account, network, hrp)
    },
  }
}

function readRequest(payload: Uint8Array, account: Account, network: Network, hrp: Hrp): Reading {
  // SECURITY: the test networks share keys and addresses, so only the account says which one is meant. Test: src/bitcoin/bitcoin.test.ts "an account of another network cannot sign"
  if (!account.id.startsWith(`${network.id}:`))
    throw new ChainError('wrong-chain', 'account', `an account of ${network.name}`)
  const { kind, parts } = decodePayload(payload)
  if (kind === 'psbt') return readPsbt(parts, account, network, hrp)
  if (kind === 'message') return readMessage(parts, account, network, hrp)
  throw new ChainError('unsupported', 'payload.kind', 'psbt or message')
}
