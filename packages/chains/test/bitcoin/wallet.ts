import { type Account, account } from '../../src/account.ts'
import { bitcoin } from '../../src/bitcoin/index.ts'
import type { Chain } from '../../src/chain.ts'
import { network } from '../../src/networks.ts'
import { plainWallet } from './keys.ts'
import { type Coin, coinOfSecret } from './scripts.ts'

export const REGTEST = 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328'

/** One account with plain keys, and each of its addresses as something that can be spent. */
export function testWallet(name: string, count = 2) {
  const chain: Chain = bitcoin(network(REGTEST))
  const { keyAt, secretAt, sign } = plainWallet(name)
  const mine: Account = account(REGTEST, 0, chain.addresses(keyAt, 0, count))
  const coins: Coin[] = mine.addresses.map(({ type, suite, path }) =>
    coinOfSecret(type === 'p2tr' ? 'p2tr' : 'p2wpkh', secretAt(suite, path)),
  )
  return { chain, account: mine, coins, sign }
}
