import type { Family } from '@tandem/chains'

const shapes = {
  evm: { path: 'M10 2 16 10l-6 8-6-8 6-8Z', color: 'text-eth' },
  bitcoin: {
    path: 'M6 3h5a3.5 3.5 0 0 1 0 7H6m0 0h6a3.5 3.5 0 0 1 0 7H6M6 3v14M8.5 1v2m3-2v2m-3 14v2m3-2v2',
    color: 'text-btc',
  },
  solana: {
    path: 'M6 4.5h11l-3 2H3l3-2Zm8 4.5H3l3 2h11l-3-2Zm-8 4.5h11l-3 2H3l3-2Z',
    color: 'text-sol',
  },
} as const

/** Which family a chain is of: a rhombus, a B, three slanted bars. */
export function ChainGlyph({ family }: { readonly family: Family }) {
  const { path, color } = shapes[family]
  return (
    <span
      className={`flex size-9 shrink-0 items-center justify-center rounded-full bg-sunken ${color}`}
    >
      <svg
        width={18}
        height={18}
        viewBox="0 0 20 20"
        fill={family === 'bitcoin' ? 'none' : 'currentColor'}
        stroke="currentColor"
        strokeWidth={family === 'bitcoin' ? 2 : 0.75}
        strokeLinejoin="round"
        aria-hidden
      >
        <path d={path} />
      </svg>
    </span>
  )
}
