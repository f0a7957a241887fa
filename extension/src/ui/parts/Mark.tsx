type Props = {
  readonly size?: number
  /** `whole`: both machines have signed. `apart`: the co-signer is away. */
  readonly state?: 'idle' | 'whole' | 'apart'
  /** Its halves come together once, when it is first seen. */
  readonly joins?: boolean
}

const moves = {
  idle: ['', ''],
  whole: ['translate(0 -1.5)', 'translate(0 1.5)'],
  apart: ['translate(-1 .5)', 'translate(1 -.5)'],
} as const

/** The slipped ring: you, and your co-signer. */
export function Mark({ size = 24, state = 'idle', joins = false }: Props) {
  const [you, cosigner] = moves[state]
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      strokeWidth={4}
      className="shrink-0"
      aria-hidden
    >
      <path
        d="M12 20.5A7 7 0 0 1 12 6.5"
        className={`stroke-ink transition-transform duration-240 ${joins ? 'slides-up' : ''}`}
        transform={you}
      />
      <path
        d="M12 3.5A7 7 0 0 1 12 17.5"
        className={`stroke-brand transition-transform duration-240 ${joins ? 'slides-down' : ''}`}
        transform={cosigner}
      />
    </svg>
  )
}
