import { hex } from '@scure/base'
import { network } from '@tandem/chains'
import * as z from 'zod'
import { type Connected, connectedTo } from '../connected.ts'
import type { Background } from '../method.ts'
import { ProviderError } from '../provider-error.ts'

/** Which of the addresses a site wants. Purposes of other chains have none here. */
export const Purposes = z.array(z.string().max(32)).max(16)

/** Addresses as sats-connect has them: Taproot holds what is collected, SegWit pays. */
export const accountsOnBitcoin = (
  { accounts }: Pick<Connected, 'accounts'>,
  purposes: readonly string[] = ['ordinals', 'payment'],
) =>
  accounts.flatMap(({ addresses }) =>
    (['p2tr', 'p2wpkh'] as const).flatMap((type) => {
      const own = addresses.find((one) => one.type === type)
      const purpose = type === 'p2tr' ? 'ordinals' : 'payment'
      if (!own || !purposes.includes(purpose)) return []
      const { address, publicKey } = own
      // BIP-340 keys are their x alone.
      const key = hex.encode(type === 'p2tr' ? publicKey.subarray(1) : publicKey)
      return [{ address, publicKey: key, addressType: type, purpose, walletType: 'software' }]
    }),
  )

/** Names of networks as sats-connect has them, by the name that people see. */
const names: Readonly<Record<string, string>> = {
  Bitcoin: 'Mainnet',
  'Bitcoin Testnet 4': 'Testnet4',
  'Bitcoin Signet': 'Signet',
  'Local Bitcoin': 'Regtest',
}

/** And as the Wallet Standard has them, which knows one for all test networks. */
const kinds = { bc: 'mainnet', tb: 'testnet', bcrt: 'regtest' } as const

const nameOf = (chain: string): string => names[network(chain).name] ?? 'Testnet'

export const networkView = ({ chain }: Pick<Connected, 'chain'>) => ({
  bitcoin: { name: nameOf(chain) },
})

/** @param named in any writing; absent: the one that the site is on. @throws {ProviderError} */
export function requireNetwork({ chain }: Pick<Connected, 'chain'>, named: string | undefined) {
  const own: readonly string[] = [
    nameOf(chain).toLowerCase(),
    kinds[network(chain).bitcoin?.hrp ?? 'bc'],
  ]
  // SECURITY: networks share keys, so what is meant for one is not signed while the screen names another. Test: src/background/methods/bitcoin-accounts.test.ts "what is meant for another network is refused"
  if (named !== undefined && !own.includes(named.toLowerCase()))
    throw new ProviderError('chain-disconnected')
}

/** @throws {ProviderError} `unauthorized`: it was not connected. */
export async function given(origin: string, background: Background): Promise<Connected> {
  const connected = await connectedTo(origin, 'bitcoin', background)
  if (!connected) throw new ProviderError('unauthorized')
  return connected
}

/**
 * An address that the site was given. Others of the same account are nobody's business.
 *
 * @param type of which the first one is meant, where no address is named.
 * @throws {ProviderError} `unauthorized`
 */
export function givenAddress(
  connected: Connected,
  address: string | undefined,
  type: 'p2tr' | 'p2wpkh' = 'p2wpkh',
): string {
  const found = accountsOnBitcoin(connected).find((own) =>
    address === undefined ? own.addressType === type : own.address === address,
  )
  // SECURITY: who could ask for any address would learn which ones are of one wallet. Test: src/background/methods/bitcoin-accounts.test.ts "an address of the account that the site was not given is refused"
  if (!found) throw new ProviderError('unauthorized')
  return found.address
}
