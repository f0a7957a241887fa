type Props = { readonly address: string; readonly className?: string }

const prefix = /^(0x|bc1q|bc1p|tb1q|tb1p|bcrt1q|bcrt1p)?(.*)$/

/** An address in full, in groups of four that can be compared one by one. */
export function Address({ address, className = '' }: Props) {
  const [, lead = '', rest = ''] = prefix.exec(address) ?? []
  const groups = rest.match(/.{1,4}/g) ?? []
  return (
    <span
      className={`flex gap-2 font-mono text-mono font-[450] ${className}`}
      title={address}
      aria-label={address}
    >
      {lead !== '' && <span className="text-ink3">{lead}</span>}
      <span className="grid grid-cols-[repeat(5,max-content)] gap-x-2" aria-hidden>
        {groups.map((group, at) => (
          // The same group may come twice; its place is what it is.
          // oxlint-disable-next-line no-array-index-key
          <span key={at} className={at % 2 === 0 ? 'text-ink' : 'text-ink2'}>
            {group}
          </span>
        ))}
      </span>
    </span>
  )
}

/** First, middle and last group: for lists and headlines only, where the full one stands below. */
export function shortAddress(address: string): string {
  const [, lead = '', rest = ''] = prefix.exec(address) ?? []
  const groups = rest.match(/.{1,4}/g) ?? []
  if (groups.length < 4) return address
  const middle = groups[Math.floor(groups.length / 2)] ?? ''
  return `${lead}${groups[0] ?? ''}..${middle}..${rest.slice(-4)}`
}
