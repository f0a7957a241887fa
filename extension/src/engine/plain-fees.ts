import type { Tier } from '@tandem/chains'
import type { Chains } from './chains.ts'

/** Gas of a transfer: of the coin, which is fixed, and of a token, which most stay below. */
const GAS = { native: 21_000n, token: 65_000n } as const

/** One input of P2WPKH, a payment and its change. */
const VBYTES = 141n

/** Lamports for the one signature, and the compute units of a transfer. */
const SOLANA = { signature: 5_000n, native: 450n, token: 30_000n } as const

/** What a plain transfer costs about, before anything is built: in base units of the native asset. */
export async function plainFees(
  chains: Chains,
  id: string,
  asset: string,
): Promise<Record<Tier, bigint>> {
  const { network } = chains.chain(id)
  const kind = asset === network.native.asset ? 'native' : 'token'
  const tiers = await chains.client(id).fees()
  const cost = (tier: Tier): bigint => {
    const { maxFeePerGas, gasPrice, satPerVbyte, computeUnitPrice } = tiers[tier]
    if (satPerVbyte !== undefined) return satPerVbyte * VBYTES
    if (computeUnitPrice !== undefined)
      return SOLANA.signature + (computeUnitPrice * SOLANA[kind]) / 1_000_000n
    return (maxFeePerGas ?? gasPrice ?? 0n) * GAS[kind]
  }
  return { slow: cost('slow'), normal: cost('normal'), fast: cost('fast') }
}
