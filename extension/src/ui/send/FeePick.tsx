import type { Network } from '@tandem/chains'
import { useEffect, useState } from 'react'
import { i18n } from '#i18n'
import { type Transfer } from '../../messages/wallet.ts'
import { background } from '../background.ts'
import { Field } from '../parts/Field.tsx'
import { Segments } from '../parts/Segments.tsx'
import { brief } from '../wallet/brief.ts'
import { ownRate } from '../words/own-rate.ts'

type Tier = Transfer['tier']
const tiers = ['slow', 'normal', 'fast'] as const
/** Bitcoin: a rate that the person types. */
const OWN = 'own' as const
const words = {
  slow: 'sending.slow',
  normal: 'sending.normal',
  fast: 'sending.fast',
  own: 'sending.ownRate',
} as const

/** About how long each takes, by family. */
const times: Readonly<Record<Network['family'], Readonly<Record<Tier, string>>>> = {
  evm: { slow: '2 min', normal: '30 s', fast: '15 s' },
  bitcoin: { slow: '1 h', normal: '30 min', fast: '10 min' },
  solana: { slow: '10 s', normal: '3 s', fast: '2 s' },
}

type Props = {
  readonly network: Network
  readonly asset: string
  readonly tier: Tier
  /** Bitcoin: a rate of one's own, as it was typed. Absent: the tier counts. */
  readonly rate: string | undefined
  readonly isTried: boolean
  readonly onChange: (tier: Tier, rate?: string) => void
}

/** How soon, and what it costs about. The exact fee is shown before anything is signed. */
export function FeePick({ network, asset, tier, rate, isTried, onChange }: Props) {
  const [fees, setFees] = useState<Readonly<Record<Tier, bigint>>>()
  useEffect(() => {
    let isOver = false
    setFees(undefined)
    const look = async () => {
      const found = await background.feesOf(network.id, asset)
      if (!isOver) setFees(found)
    }
    // Without a node nothing is claimed; building says what is wrong.
    look().catch(() => undefined)
    return () => {
      isOver = true
    }
  }, [network.id, asset])
  const { symbol, decimals } = network.native
  return (
    <div>
      <p className="flex items-baseline justify-between gap-3">
        <span className="font-semibold">{i18n.t('sending.fee')}</span>
        <span className="min-w-0 text-right wrap-anywhere text-small text-ink3">
          {rate !== undefined
            ? ''
            : fees
              ? i18n.t('sending.aboutTime', [
                  times[network.family][tier],
                  `${brief(up(fees[tier]), decimals)} ${symbol}`,
                ])
              : times[network.family][tier]}
        </span>
      </p>
      <div className="mt-1">
        <Segments
          label={i18n.t('sending.fee')}
          name="tier"
          value={rate === undefined ? tier : OWN}
          onChange={(value) => (value === OWN ? onChange(tier, '') : onChange(value))}
          options={(network.family === 'bitcoin' ? [...tiers, OWN] : tiers).map((value) => ({
            value,
            text: i18n.t(words[value]),
          }))}
        />
      </div>
      {rate !== undefined && (
        <Field
          id="rate"
          className="mt-3"
          label={i18n.t('fee.rate')}
          inputMode="numeric"
          value={rate}
          onChange={({ target }) => onChange(tier, target.value)}
          trouble={
            (isTried || rate !== '') && ownRate(rate) === undefined
              ? i18n.t('fee.rateBad')
              : undefined
          }
        />
      )}
    </div>
  )
}

/** Two digits are enough for an estimate, and it is never less than it says. */
function up(amount: bigint): bigint {
  const unit = 10n ** BigInt(Math.max(0, amount.toString().length - 2))
  return ((amount + unit - 1n) / unit) * unit
}
