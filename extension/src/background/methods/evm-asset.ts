import { networks } from '@tandem/chains'
import * as z from 'zod'
import { accountWith } from '../connected.ts'
import { method } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { tokens } from '../state/assets.ts'
import { Address } from './evm-values.ts'

const Wanted = z.looseObject({
  type: z.literal('ERC20'),
  options: z.looseObject({
    address: Address,
    symbol: z.string().optional(),
    decimals: z.union([z.int(), z.string().regex(/^[0-9]{1,3}$/)]).optional(),
  }),
})

/** EIP-747, for ERC-20. What is shown of the token is what its own contract says. */
export const evmAsset = {
  wallet_watchAsset: method({
    params: z.union([Wanted, z.tuple([Wanted]).transform(([wanted]) => wanted)]),
    async run({ options }, origin, background) {
      const { engine, approvals } = background
      const { chain, account } = await accountWith(undefined, origin, 'evm', background)
      const { address, symbol: saidSymbol, decimals: saidDecimals } = options
      const token = await engine
        .token(chain, account.number, address)
        .catch((error: unknown) => Promise.reject(new ProviderError('invalid-params', error)))
      const { asset, symbol, decimals, held } = token
      const isOther =
        (saidSymbol !== undefined && saidSymbol !== symbol) ||
        (saidDecimals !== undefined && Number(saidDecimals) !== decimals)
      // SECURITY: a site's own words for a token would show an amount that is another. Test: src/background/site-guards.test.ts "has nobody asked about a token whose contract says otherwise"
      if (isOther) throw new ProviderError('invalid-params')
      const clash = networks.find(
        ({ native }) => native.symbol.toLowerCase() === symbol.toLowerCase(),
      )
      const clashes = clash && { clashes: clash.native.symbol }
      await approvals.ask(origin, { kind: 'asset', asset, symbol, decimals, held, ...clashes })
      await tokens.change((all) => [
        ...all.filter((one) => one.asset !== asset),
        { asset, symbol, decimals },
      ])
      return true
    },
  }),
}
