import { type ReactNode, useId, useState } from 'react'
import { i18n } from '#i18n'
import type { Edit, SignQuestion } from '../../messages/approval.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Field.tsx'
import { Sheet } from '../parts/Sheet.tsx'
import { parseDecimal } from '../words/amount.ts'
import { askedLimit } from '../words/asked-limit.ts'
import type { RequestView } from '../words/request-view.ts'
import { type Telling, decimalsOf, moneyOf, nameOf, symbolOf } from '../words/telling.ts'

type Props = {
  readonly question: SignQuestion
  readonly view: RequestView
  readonly onEdit: (edit: Edit) => void
  readonly onClose: () => void
}

type Choice = 'exact' | 'asked' | 'unlimited'

/** The most that an approval can say. */
const UNLIMITED = 2n ** 256n - 1n

/** How much a spender may take; what the site asks stays visible, and the button says what it does. */
export function LimitSheet({ question, view, onEdit, onClose }: Props) {
  const { telling } = view
  const name = useId()
  const [choice, setChoice] = useState<Choice>('exact')
  const [text, setText] = useState('')
  const [isBad, setBad] = useState(false)
  const approve = telling.explained.explanation.intents.find((one) => one.kind === 'approve')
  if (approve?.kind !== 'approve') return null
  const { asset, spender } = approve
  const edited = askedLimit(question)
  const amount = edited ?? amountOf(approve.amount)
  const isUnlimited = amount >= UNLIMITED / 2n
  const own = exactly(text, asset, telling)
  const limit = choice === 'exact' ? own : choice === 'unlimited' ? UNLIMITED : amount
  const use = () => {
    if (limit === undefined) return setBad(true)
    onEdit({ limit })
    onClose()
  }
  const option = (value: Choice, title: string, note: string, more?: ReactNode) => (
    <div className="px-3 py-2">
      <label className="flex min-h-8 cursor-pointer items-start gap-3">
        <input
          type="radio"
          name={name}
          checked={choice === value}
          onChange={() => setChoice(value)}
          className="mt-0.5 size-4 shrink-0 accent-ink"
        />
        <span className="min-w-0">
          <span className="block font-semibold">{title}</span>
          <span className="block text-small text-ink3 wrap-anywhere">{note}</span>
        </span>
      </label>
      {more}
    </div>
  )
  return (
    <Sheet title={i18n.t('limit.title')} onClose={onClose}>
      <fieldset className="mt-3 divide-y divide-line rounded-card border border-line">
        <legend className="sr-only">{i18n.t('limit.title')}</legend>
        {option(
          'exact',
          i18n.t('limit.exact'),
          i18n.t('limit.exactText'),
          choice === 'exact' && (
            <Field
              id={`${name}-amount`}
              className="mt-2 ml-7"
              label={i18n.t('limit.amount', [symbolOf(asset, telling)])}
              value={text}
              inputMode="decimal"
              {...(isBad && { trouble: i18n.t('limit.bad') })}
              onChange={({ currentTarget }) => {
                setBad(false)
                setText(currentTarget.value)
              }}
            />
          ),
        )}
        {!isUnlimited &&
          option(
            'asked',
            i18n.t('limit.asked'),
            i18n.t('limit.askedText', [moneyOf(asset, amount, telling)]),
          )}
        {option(
          'unlimited',
          i18n.t('limit.unlimited'),
          `${isUnlimited ? `${i18n.t('limit.asked')}. ` : ''}${i18n.t('limit.unlimitedRisk', [nameOf(spender, telling)])}`,
        )}
      </fieldset>
      <div className="mt-4 flex gap-3">
        <Button className="min-w-0 flex-1" onClick={onClose}>
          {i18n.t('action.back')}
        </Button>
        <Button
          className="min-w-0 flex-1 truncate"
          weight={choice === 'unlimited' ? 'outlined' : 'filled'}
          onClick={use}
        >
          {choice === 'unlimited'
            ? i18n.t('limit.useUnlimited')
            : limit === undefined
              ? i18n.t('limit.use')
              : i18n.t('limit.useAmount', [moneyOf(asset, limit, telling)])}
        </Button>
      </div>
    </Sheet>
  )
}

const amountOf = (amount: bigint | 'unlimited'): bigint =>
  amount === 'unlimited' ? UNLIMITED : amount

/** What was typed, if it is an amount above 0. */
function exactly(text: string, asset: string, telling: Telling): bigint | undefined {
  const limit = parseDecimal(text, decimalsOf(asset, telling) ?? 0)
  return limit === 0n ? undefined : limit
}
