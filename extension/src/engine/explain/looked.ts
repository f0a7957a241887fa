import { allIntents } from '@tandem/chains'
import type { Concern, Explained, Preview } from '../../messages/engine.ts'
import { assetsIn } from './assets-in.ts'
import { evmPreview } from './evm-preview.ts'
import { leaving } from './explained.ts'
import { feeChoice } from './fee-choice.ts'
import type { Look } from './look.ts'
import { plainSpenders } from './plain-spenders.ts'
import { solanaPreview } from './solana-preview.ts'
import { tokensOf } from './tokens-of.ts'

/**
 * The same request with what its person's own node adds. A node can only add worry: what it says
 * takes no warning away, and what it does not answer is left out.
 */
export async function looked(first: Explained, look: Look): Promise<Explained> {
  const { intents } = first.explanation
  const { network } = look
  const sums = leaving(intents, network.native.asset)
  const [assets, held, preview, plain, fees] = await Promise.all([
    orNothing(tokensOf(look, assetsIn(intents))),
    orNothing(look.balances([...sums.keys()])),
    previewOf(look),
    orNothing(plainSpenders(look, intents)),
    orNothing(feeChoice(look, first.explanation)),
  ])
  const isNew = first.concerns.some(({ code }) => code === 'new-address')
  const concerns: Concern[] = [
    ...first.concerns,
    ...(isNew ? almostAll(sums, held ?? new Map<string, bigint>()) : []),
    ...(preview?.kind === 'fails' ? [{ code: 'would-fail', level: 'check' } as const] : []),
    ...(preview?.kind === 'changes' ? losesMore(first, preview, sums) : []),
    ...(plain ?? []).map((subject) => ({ code: 'plain-spender', level: 'high', subject }) as const),
  ]
  return {
    ...first,
    concerns,
    warnings:
      fees && isFarAbove(fees) && !first.warnings.some(({ code }) => code === 'high-fee')
        ? [...first.warnings, { code: 'high-fee', level: 'check' }]
        : first.warnings,
    ...(assets && Object.keys(assets).length > 0 && { assets }),
    ...(held && held.size > 0 && { held: Object.fromEntries(held) }),
    ...(preview && { preview }),
    ...(fees && { fees }),
  }
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch {
    return undefined
  }
}

async function previewOf(look: Look): Promise<Preview | undefined> {
  try {
    if (look.network.family === 'evm') return await evmPreview(look)
    if (look.network.family === 'solana') return await solanaPreview(look)
    return undefined
  } catch {
    return { kind: 'none', reason: 'no-answer' }
  }
}

/** Nine tenths of what there is, to somebody who never got anything. */
function almostAll(
  sums: ReadonlyMap<string, bigint>,
  held: ReadonlyMap<string, bigint>,
): Concern[] {
  return [...sums].flatMap(([asset, amount]) => {
    const has = held.get(asset) ?? 0n
    return has > 0n && amount * 10n > has * 9n
      ? [{ code: 'almost-all', level: 'high', subject: asset } as const]
      : []
  })
}

/** What leaves by the node's word and not by the request's own. */
function losesMore(
  { explanation }: Explained,
  { changes }: Extract<Preview, { kind: 'changes' }>,
  sums: ReadonlyMap<string, bigint>,
): Concern[] {
  const { fee, intents } = explanation
  // The chain itself sets the deposit of a new account.
  const opens = allIntents(intents).find(
    (intent) => intent.kind === 'open-account' && intent.amount === undefined,
  )
  return changes.flatMap(({ asset, amount }) => {
    if (opens && asset.includes('/slip44:')) return []
    const most = (sums.get(asset) ?? 0n) + (fee?.asset === asset ? fee.max : 0n)
    return -amount > most ? [{ code: 'loses-more', level: 'high', subject: asset } as const] : []
  })
}

/** Five times what is usual. */
const isFarAbove = ({ most, tiers }: NonNullable<Explained['fees']>): boolean =>
  tiers.normal > 0n && most > tiers.normal * 5n
