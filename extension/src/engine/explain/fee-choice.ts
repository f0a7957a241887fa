import { type Explanation, type FeeTiers, type Tier, allIntents } from '@tandem/chains'
import type { FeeChoice } from '../../messages/engine.ts'
import { evmCalls } from './evm-calls.ts'
import type { Look } from './look.ts'

const tiers: readonly Tier[] = ['slow', 'normal', 'fast']

/** What each speed would cost at most. Nothing for a request whose size is not known. */
export async function feeChoice(
  { client, network, payload }: Pick<Look, 'client' | 'network' | 'payload'>,
  { fee, intents }: Explanation,
): Promise<FeeChoice | undefined> {
  const [payment] = allIntents(intents)
  const most = fee?.max ?? (payment?.kind === 'payment' ? payment.fee : undefined)
  if (most === undefined) return undefined
  const cost = network.family === 'evm' ? byGas(payload) : bySize(payment)
  if (!cost) return undefined
  const settings = await client.fees()
  const each = {
    slow: cost(settings.slow),
    normal: cost(settings.normal),
    fast: cost(settings.fast),
  }
  const rates = ratesOf(settings)
  return {
    ...(rates && { rates }),
    tiers: each,
    most,
    chosen: tiers.find((tier) => each[tier] === most) ?? 'own',
  }
}

function ratesOf(settings: FeeTiers): FeeChoice['rates'] {
  const rateOf = ({ satPerVbyte }: FeeTiers[Tier]) => satPerVbyte
  const [slow, normal, fast] = tiers.map((tier) => rateOf(settings[tier]))
  return slow === undefined || normal === undefined || fast === undefined
    ? undefined
    : { slow, normal, fast }
}

type Cost = (settings: FeeTiers[Tier]) => bigint

function byGas(payload: Uint8Array): Cost | undefined {
  const gas = evmCalls(payload).reduce((sum, { gasLimit }) => sum + gasLimit, 0n)
  if (gas === 0n) return undefined
  return ({ maxFeePerGas, gasPrice }) => gas * (maxFeePerGas ?? gasPrice ?? 0n)
}

/** The size is what the fee was at its rate, which is in thousandths. */
function bySize(payment: ReturnType<typeof allIntents>[number] | undefined): Cost | undefined {
  if (payment?.kind !== 'payment' || payment.fee === undefined || !payment.feeRate) return undefined
  const size = (payment.fee * 1000n) / payment.feeRate
  return ({ satPerVbyte = 0n }) => size * satPerVbyte
}
