import * as z from 'zod/mini'

/** Addresses as the wallet says them to a site. */
export const Given = z.array(
  z.object({
    address: z.string(),
    publicKey: z.string(),
    addressType: z.string(),
    purpose: z.enum(['payment', 'ordinals']),
  }),
)

/** sats-connect's names, by CAIP-2. */
const names: Readonly<Record<string, string>> = {
  'bip122:000000000019d6689c085ae165831e93': 'Mainnet',
  'bip122:00000000da84f2bafbbc53dee25a72ae': 'Testnet4',
  'bip122:00000008819873e925422c1ff0f99f7c': 'Signet',
  'bip122:0f9188f13cb7b2c71f2a335e3a4fc328': 'Regtest',
}

export const networkNamed = (chain: unknown): string => names[String(chain)] ?? 'Testnet'

/** The Wallet Standard's network of an address: it knows one for all test networks. */
export function chainOf(address: string): string {
  if (address.startsWith('bcrt1')) return 'bitcoin:regtest'
  return address.startsWith('tb1') ? 'bitcoin:testnet' : 'bitcoin:mainnet'
}
