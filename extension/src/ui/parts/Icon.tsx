/** Lines on a grid of 20, drawn for this wallet. */
const shapes = {
  back: 'M12.5 4.5 7 10l5.5 5.5',
  forward: 'M7.5 4.5 13 10l-5.5 5.5',
  down: 'M4.5 7.5 10 13l5.5-5.5',
  plus: 'M10 4v12M4 10h12',
  close: 'm5 5 10 10M15 5 5 15',
  check: 'm4 10.5 4 4 8-9',
  out: 'M10 16V4m0 0L5 9m5-5 5 5',
  in: 'M10 4v12m0 0 5-5m-5 5-5-5',
  home: 'M3.5 9.5 10 4l6.5 5.5M5 8.5V16h10V8.5',
  list: 'M7.5 5.5h9M7.5 10h9M7.5 14.5h9M3.5 5.5h.01M3.5 10h.01M3.5 14.5h.01',
  gear: 'M3 6h7m4 0h3M3 14h3m4 0h7M12 4v4M8 12v4',
  window: 'M11.5 4H16v4.5M16 4l-6.5 6.5M8.5 5H4v11h11v-4.5',
  pen: 'M4 16h2.5L15.5 7 13 4.5 4 13.5V16Z',
  wait: 'M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm0 3V10l2.5 2',
  barred: 'M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM5.5 14.5l9-9',
  alert: 'M10 4 17 16H3L10 4Zm0 4.5V12m0 2h.01',
  again: 'M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3.5v3h-3',
  copy: 'M7.5 7.5h8v8h-8ZM12.5 7.5v-3h-8v8h3',
  sign: 'M3.5 16h13M5 13c2-8 5-11 6-9s-4 8-2 8 2-3 3-3 0 3 1.5 3 1.5-1 2-2',
} as const

export type IconName = keyof typeof shapes

/** A picture of what a word beside it, or a label around it, says. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      className="shrink-0"
    >
      <path d={shapes[name]} />
    </svg>
  )
}
