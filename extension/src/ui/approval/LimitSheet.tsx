import { useState } from 'react'
import { i18n } from '#i18n'
import type { Edit } from '../../messages/approval.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Field.tsx'
import { Sheet } from '../parts/Sheet.tsx'
import { parseDecimal } from '../words/amount.ts'
import type { RequestView } from '../words/request-view.ts'
import { decimalsOf, moneyOf, symbolOf } from '../words/telling.ts'

type Props = {
  readonly view: RequestView
  readonly onEdit: (edit: Edit) => void
  readonly onClose: () => void
}

/** How much a spender may take; what the site asks stays visible. */
export function LimitSheet({ view, onEdit, onClose }: Props) {
  const { telling } = view
  const [text, setText] = useState('')
  const [isBad, setBad] = useState(false)
  const approve = telling.explained.explanation.intents.find((one) => one.kind === 'approve')
  if (approve?.kind !== 'approve') return null
  const { asset, amount } = approve
  const asked = amount === 'unlimited' ? i18n.t('limit.unlimited') : moneyOf(asset, amount, telling)
  const use = () => {
    const limit = parseDecimal(text, decimalsOf(asset, telling) ?? 0)
    if (limit === undefined || limit === 0n) return setBad(true)
    onEdit({ limit })
    onClose()
  }
  return (
    <Sheet title={i18n.t('limit.title')} onClose={onClose}>
      <p className="mt-2 text-ink2 wrap-anywhere">{i18n.t('limit.asked', [asked])}</p>
      <Field
        id="limit"
        className="mt-4"
        label={i18n.t('limit.amount', [symbolOf(asset, telling)])}
        value={text}
        inputMode="decimal"
        {...(isBad && { trouble: i18n.t('limit.bad') })}
        onChange={({ currentTarget }) => {
          setBad(false)
          setText(currentTarget.value)
        }}
      />
      <div className="mt-4 flex gap-3">
        <Button className="flex-1" onClick={onClose}>
          {i18n.t('action.back')}
        </Button>
        <Button className="flex-1" weight="filled" onClick={use}>
          {i18n.t('limit.use')}
        </Button>
      </div>
    </Sheet>
  )
}
