import { useState } from 'react'
import { i18n } from '#i18n'
import type { Edit, SignQuestion } from '../../messages/approval.ts'
import type { FeeChoice } from '../../messages/engine.ts'
import { Button } from '../parts/Button.tsx'
import { Disclosure } from '../parts/Disclosure.tsx'
import { Field } from '../parts/Field.tsx'
import { Sheet } from '../parts/Sheet.tsx'
import { parseDecimal } from '../words/amount.ts'
import { OwnRate } from './OwnRate.tsx'
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
  const rate = build && 'rate' in build ? build.rate : undefined
  const tier = build && 'tier' in build ? build.tier : undefined
  const chosen = rate === undefined ? (tier ?? fees.chosen) : 'own'
  const choose = (edit: Edit) => {
    onEdit(edit)
    onClose()
  }
  const mostOf = (fee: bigint) =>
    i18n.t('fee.most', [moneyOf(telling.network.native.asset, fee, telling)])
  return (
    <Sheet title={i18n.t('fee.title')} onClose={onClose}>
      <ul className="mt-3 divide-y divide-line rounded-card border border-line">
        {tiers.map((one) => (
          <li key={one}>
            <button
              type="button"
              aria-pressed={chosen === one}
              className={`${row} w-full text-left aria-pressed:font-semibold`}
              onClick={() => choose({ tier: one })}
            >
              <Choice
                isChosen={chosen === one}
                name={names[one]()}
                about={[times[one](), ...rateWords(fees.rates?.[one])].join(', ')}
                most={mostOf(fees.tiers[one])}
              />
            </button>
          </li>
        ))}
        {rate !== undefined && (
          <li aria-current="true" className={`${row} font-semibold`}>
            <Choice
              isChosen
              name={i18n.t('fee.own')}
              about={rateWords(rate).join()}
              most={mostOf(fees.most)}
            />
          </li>
        )}
      </ul>
      {fees.rates && (
        <OwnRate rates={fees.rates} now={rate} onUse={(own) => choose({ rate: own })} />
      )}
      {build?.kind === 'evm' && (
        <OwnFees
          nonce={nonceOf(view)}
          onEdits={(edits) => {
            for (const edit of edits) onEdit(edit)
            onClose()
          }}
        />
      )}
      <Button className="mt-4 w-full" onClick={onClose}>
        {i18n.t('action.close')}
      </Button>
    </Sheet>
  )
}

const row = 'flex min-h-12 items-baseline gap-3 px-3 py-2'

type ChoiceProps = {
  readonly isChosen: boolean
  readonly name: string
  readonly about: string
  readonly most: string
}

/** One line of the list: whether it is the one, how soon, and what it costs. */
function Choice({ isChosen, name, about, most }: ChoiceProps) {
  return (
    <>
      <span
        aria-hidden
        className={`size-4 shrink-0 self-center rounded-full border ${isChosen ? 'border-5 border-ink' : 'border-control'}`}
      />
      <span className="min-w-0 flex-1">
        {name}
        <span className="block text-small text-ink3">{about}</span>
      </span>
      <span className="wrap-anywhere">{most}</span>
    </>
  )
}

const rateWords = (rate: bigint | undefined): readonly string[] =>
  rate === undefined ? [] : [i18n.t('fee.rateNow', [String(rate)])]

/** The number of the request in its account, as it is now. */
function nonceOf({ telling }: RequestView): bigint | undefined {
  const use = telling.explained.explanation.uses.find(({ kind }) => kind === 'nonce')
  return use?.kind === 'nonce' ? use.nonce : undefined
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

type Typed = { readonly price: string; readonly tip: string; readonly number: string }

/** What was typed, as changes to the request; the fields that are no numbers, or lack. */
function changesOf({ price, tip, number }: Typed): {
  readonly edits: readonly Edit[]
  readonly bad: ReadonlySet<keyof Typed>
} {
  const nonce = parseDecimal(number, 0)
  const maxFeePerGas = parseDecimal(price, GWEI)
  const maxPriorityFeePerGas = parseDecimal(tip, GWEI)
  const hasFees = price !== '' || tip !== ''
  const bad = new Set<keyof Typed>()
  if (number !== '' && nonce === undefined) bad.add('number')
  if (maxFeePerGas === undefined && (hasFees || number === '')) bad.add('price')
  if (maxPriorityFeePerGas === undefined && (hasFees || number === '')) bad.add('tip')
  const fees =
    maxFeePerGas !== undefined && maxPriorityFeePerGas !== undefined
      ? [{ fees: { maxFeePerGas, maxPriorityFeePerGas } }]
      : []
  return { edits: [...fees, ...(nonce === undefined ? [] : [{ nonce }])], bad }
}

/** A fee and a number of one's own, each by itself or both. */
function OwnFees({
  nonce,
  onEdits,
}: {
  /** The number that the request has now. */
  readonly nonce: bigint | undefined
  readonly onEdits: (edits: readonly Edit[]) => void
}) {
  const [typed, setTyped] = useState<Typed>({ price: '', tip: '', number: '' })
  const [bad, setBad] = useState<ReadonlySet<keyof Typed>>(new Set())
  const use = () => {
    const changes = changesOf(typed)
    setBad(changes.bad)
    if (changes.bad.size === 0) onEdits(changes.edits)
  }
  const field = (id: keyof Typed, label: string, placeholder = '') => (
    <Field
      id={`fee-${id}`}
      className="mt-3"
      label={label}
      value={typed[id]}
      placeholder={placeholder}
      inputMode="decimal"
      {...(bad.has(id) && { trouble: i18n.t('fee.bad') })}
      onChange={({ currentTarget }) => {
        setBad(new Set())
        setTyped({ ...typed, [id]: currentTarget.value })
      }}
    />
  )
  return (
    <Disclosure isQuiet title={i18n.t('fee.own')} className="mt-3">
      {field('price', i18n.t('fee.price'))}
      {field('tip', i18n.t('fee.tip'))}
      {field('number', i18n.t('fee.number'), nonce?.toString())}
      <p className="mt-1 text-small text-ink3">{i18n.t('fee.numberText')}</p>
      <Button className="mt-3 w-full" onClick={use}>
        {i18n.t('fee.use')}
      </Button>
    </Disclosure>
  )
}
