import encode from 'qr'

/** A text as a QR code: black on white in every theme, so that it scans. */
export function QrCode({ text, size = 112 }: { readonly text: string; readonly size?: number }) {
  const rows = encode(text, 'raw', { ecc: 'medium', border: 2 })
  const dark = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
      className="shrink-0 rounded-chip"
      role="img"
      aria-label={text}
    >
      <rect width={rows.length} height={rows.length} fill="#fff" />
      <path d={dark} fill="#000" />
    </svg>
  )
}
