import type { ComponentProps } from 'react'

type Props = ComponentProps<'button'> & {
  /** `filled`: the one that a screen is about. */
  readonly weight?: 'filled' | 'outlined' | 'quiet'
}

const weights = {
  filled: 'bg-ink text-on-ink border-ink forced-colors:border-4',
  outlined: 'bg-transparent text-ink border-control',
  quiet: 'border-transparent text-ink2 underline underline-offset-4',
} as const

export function Button({ weight = 'outlined', className = '', ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={`h-11 rounded-button border px-4 text-button font-semibold transition-[opacity,transform] duration-80 active:scale-[.99] aria-disabled:cursor-default aria-disabled:opacity-55 disabled:cursor-default disabled:opacity-55 ${weights[weight]} ${className}`}
    />
  )
}
