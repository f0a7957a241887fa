import { useId, useState } from 'react'
import { i18n } from '#i18n'
import { Field } from '../parts/Field.tsx'

type Props = {
  readonly word: string
  readonly value: string
  readonly onValue: (value: string) => void
}

/** A word that is typed by hand, so that nobody approves while thinking of something else. */
export function TypedConfirm({ word, value, onValue }: Props) {
  const id = useId()
  const [isPasted, setPasted] = useState(false)
  return (
    <Field
      id={id}
      className="mt-4"
      label={i18n.t('second.word', [word])}
      value={value}
      {...(isPasted && { trouble: i18n.t('second.wordPaste') })}
      onChange={({ currentTarget }) => onValue(currentTarget.value)}
      onPaste={(event) => {
        event.preventDefault()
        setPasted(true)
      }}
      onDrop={(event) => event.preventDefault()}
    />
  )
}

/** In any case of letters. */
export const isTyped = (value: string, word: string): boolean =>
  value.trim().toLowerCase() === word.toLowerCase()
