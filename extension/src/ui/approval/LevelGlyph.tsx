import type { Level } from '@tandem/chains'

const shapes = {
  check: <path d="M12 3 22 20.5H2Z M12 9.5v5 M12 17.2v.1" />,
  high: <path d="M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8Z M12 7.5v5.5 M12 16.3v.1" />,
  unreadable: (
    <path d="M12 2 22 12 12 22 2 12Z M9.8 10a2.2 2.2 0 1 1 3.3 1.9c-.8.4-1.1.8-1.1 1.6 M12 16.2v.1" />
  ),
  refused: <path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z M5.6 18.4 18.4 5.6" />,
  allow: <path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z M7.5 12.5l3 3 6-6.5" />,
  waiting: <path strokeDasharray="3.6 3.4" d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z" />,
} as const

export type GlyphOf = Exclude<Level, 'routine'> | 'refused' | 'allow' | 'waiting'

/** A level as a shape, which stays when colour goes. */
export function LevelGlyph({
  level,
  size = 22,
}: {
  readonly level: GlyphOf
  readonly size?: number
}) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      className="mt-px shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden
    >
      {shapes[level]}
    </svg>
  )
}
