import { useState } from 'react'
import { i18n } from '#i18n'
import type { Edit, SignQuestion } from '../../messages/approval.ts'
import type { FeeChoice } from '../../messages/engine.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Field.tsx'
import { Sheet } from '../parts/Sheet.tsx'
import { parseDecimal } from '../words/amount.ts'
import type { RequestView } from '../words/request-view.ts'
import { moneyOf } from '../words/telling.ts'

type Props = {
  readonly fees: FeeChoice
  readonly question: SignQuestion
  readonly view: RequestView
  readonly onEdit: (edit: Edit) => void
  readonly onClose: () => void
}

const tiers = ['slow', 'normal', 'fast'] as const

/** What inclusion costs at each speed; each choice is another request, judged anew. */
export function FeeSheet({ fees, question, view, onEdit, onClose }: Props) {
  const { telling } = view
  const { build } = question
  const tier = build && 'tier' in build ? build.tier : undefined
  const chosen = tier ?? fees.chosen
  const choose = (edit: Edit) => {
    onEdit(edit)
    onClose()
  }
  return (
    <Sheet title={i18n.t('fee.title')} onClose={onClose}>
      <ul className="mt-3 divide-y divide-line rounded-card border border-line">
        {tiers.map((one) => (
          <li key={one}>
            <button
              type="button"
              aria-pressed={chosen === one}
              className="flex min-h-12 w-full items-baseline gap-3 px-3 py-2 text-left aria-pressed:font-semibold"
              onClick={() => choose({ tier: one })}
            >
              <span className="w-4">{chosen === one ? '●' : '○'}</span>
              <span className="min-w-0 flex-1">
                {names[one]()} <span className="text-small text-ink3">{times[one]()}</span>
              </span>
              <span className="wrap-anywhere">
                {i18n.t('fee.most', [
                  moneyOf(telling.network.native.asset, fees.tiers[one], telling),
                ])}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {build?.kind === 'evm' && <OwnFees onEdit={choose} />}
      <Button className="mt-4 w-full" onClick={onClose}>
        {i18n.t('action.close')}
      </Button>
    </Sheet>
  )
}

const names = {
  slow: () => i18n.t('fee.slow'),
  normal: () => i18n.t('fee.normal'),
  fast: () => i18n.t('fee.fast'),
} as const

const times = {
  slow: () => i18n.t('fee.slowTime'),
  normal: () => i18n.t('fee.normalTime'),
  fast: () => i18n.t('fee.fastTime'),
} as const

/** Gwei, as everybody writes prices of gas. */
const GWEI = 9

function OwnFees({ onEdit }: { readonly onEdit: (edit: Edit) => void }) {
  const [price, setPrice] = useState('')
  const [tip, setTip] = useState('')
  const [number, setNumber] = useState('')
  const [isBad, setBad] = useState(false)
  const use = () => {
    const nonce = parseDecimal(number, 0)
    const maxFeePerGas = parseDecimal(price, GWEI)
    const maxPriorityFeePerGas = parseDecimal(tip, GWEI)
    if (number !== '' && price === '' && tip === '')
      return nonce === undefined ? setBad(true) : onEdit({ nonce })
    if (maxFeePerGas === undefined || maxPriorityFeePerGas === undefined) return setBad(true)
    return onEdit({ fees: { maxFeePerGas, maxPriorityFeePerGas } })
  }
  const field = (id: string, label: string, value: string, set: (value: string) => void) => (
    <Field
      id={id}
      className="mt-3"
      label={label}
      value={value}
      inputMode="decimal"
      {...(isBad && { trouble: i18n.t('fee.bad') })}
      onChange={({ currentTarget }) => {
        setBad(false)
        set(currentTarget.value)
      }}
    />
  )
  return (
    <details className="mt-3">
      <summary className="min-h-6 cursor-pointer underline underline-offset-4">
        {i18n.t('fee.own')}
      </summary>
      {field('fee-price', i18n.t('fee.price'), price, setPrice)}
      {field('fee-tip', i18n.t('fee.tip'), tip, setTip)}
      {field('fee-number', i18n.t('fee.number'), number, setNumber)}
      <Button className="mt-3 w-full" onClick={use}>
        {i18n.t('fee.use')}
      </Button>
    </details>
  )
}
