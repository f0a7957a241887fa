import { encodeQR } from 'qr'

/** A QR code of half blocks, dark on light whatever the terminal's colours are. */
export function qr(text: string): string {
  const dots = encodeQR(text, 'raw', { border: 2 })
  const lines: string[] = []
  for (let at = 0; at < dots.length; at += 2) {
    const [upper = [], lower = []] = [dots[at], dots[at + 1]]
    const cells = upper.map((dark, column) => block(dark, lower[column] ?? false)).join('')
    lines.push(`\u001b[30;107m${cells}\u001b[0m\n`)
  }
  return lines.join('')
}

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀'
  return lower ? '▄' : ' '
}
