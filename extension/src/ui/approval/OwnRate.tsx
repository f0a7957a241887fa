import { useState } from 'react'
import { i18n } from '#i18n'
import type { FeeChoice } from '../../messages/engine.ts'
import { Button } from '../parts/Button.tsx'
import { Disclosure } from '../parts/Disclosure.tsx'
import { Field } from '../parts/Field.tsx'
import { ownRate, timesTheFastest } from '../words/own-rate.ts'

type Props = {
  readonly rates: NonNullable<FeeChoice['rates']>
  /** The rate of one's own that the request has now. */
  readonly now: bigint | undefined
  readonly onUse: (rate: bigint) => void
}

/** Bitcoin: a rate of one's own, with what it means before it is used. */
export function OwnRate({ rates, now, onUse }: Props) {
  const [typed, setTyped] = useState(now?.toString() ?? '')
  const [isTried, setTried] = useState(false)
  const rate = ownRate(typed)
  const advice = rate === undefined ? undefined : rateAdvice(rate, rates)
  const times = rate === undefined ? undefined : timesTheFastest(rate, rates)
  const field = (
    <>
      <Field
        id="fee-rate"
        className="mt-3"
        label={i18n.t('fee.rate')}
        value={typed}
        placeholder={String(rates.normal)}
        inputMode="numeric"
        {...(isTried && rate === undefined && { trouble: i18n.t('fee.rateBad') })}
        onChange={({ currentTarget }) => {
          setTried(false)
          setTyped(currentTarget.value)
        }}
      />
      {advice && (
        <p
          role="alert"
          className={`mt-2 rounded-chip px-3 py-2 ${advice.isFar ? 'bg-deny-tint font-semibold text-deny' : 'bg-ask-tint text-ask'}`}
        >
          {advice.text}
        </p>
      )}
      <Button
        className="mt-3 w-full"
        onClick={() => (rate === undefined ? setTried(true) : onUse(rate))}
      >
        {times === undefined ? i18n.t('fee.useRate') : i18n.t('fee.useRateFar', [String(times)])}
      </Button>
    </>
  )
  // A rate that counts already is named in the list above.
  if (now !== undefined) return field
  return (
    <Disclosure isQuiet title={i18n.t('fee.own')} className="mt-3">
      {field}
    </Disclosure>
  )
}

/** What must be known of a rate before it is used. */
function rateAdvice(
  rate: bigint,
  rates: Props['rates'],
): { readonly text: string; readonly isFar: boolean } | undefined {
  const times = timesTheFastest(rate, rates)
  if (times !== undefined) return { text: i18n.t('fee.rateFar', [String(times)]), isFar: true }
  return rate < rates.slow ? { text: i18n.t('fee.rateSlow'), isFar: false } : undefined
}
