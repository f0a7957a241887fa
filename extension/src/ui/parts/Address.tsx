type Props = {
  readonly address: string
  readonly className?: string
  /** Another address that it could be taken for: groups that differ are marked. */
  readonly against?: string
}

const prefix = /^(0x|bc1q|bc1p|tb1q|tb1p|bcrt1q|bcrt1p)?(.*)$/

/** An address in full, in groups of four that can be compared one by one. */
export function Address({ address, className = '', against }: Props) {
  const { lead, groups } = groupsOf(address)
  const others = against === undefined ? undefined : groupsOf(against).groups
  const isHex = lead === '0x'
  return (
    <span className={`flex gap-2 font-mono text-mono font-[450] ${className}`} title={address}>
      <span className="sr-only">{address}</span>
      {lead !== '' && (
        <span className="text-ink3" aria-hidden>
          {lead}
        </span>
      )}
      <span
        // As many groups in a line as there is place for, and no more than are read well.
        className={`grid min-w-0 flex-1 grid-cols-[repeat(auto-fill,4ch)] gap-x-2 ${isHex ? 'max-w-[calc(20ch+2rem)]' : 'max-w-[calc(24ch+2.5rem)]'}`}
        aria-hidden
      >
        {groups.map((group, at) => {
          const differs = others !== undefined && !isSame(group, others[at], isHex)
          return (
            // The same group may come twice; its place is what it is.
            // oxlint-disable-next-line no-array-index-key
            <span key={at} className={at % 2 === 0 ? 'text-ink' : 'text-ink2'}>
              {differs ? (
                <mark className="boxed text-ink underline decoration-2 underline-offset-2">
                  {group}
                </mark>
              ) : (
                group
              )}
            </span>
          )
        })}
      </span>
    </span>
  )
}

/** First, middle and last group: for lists and headlines only, where the full one stands below. */
export function shortAddress(address: string): string {
  const { lead, rest, groups } = groupsOf(address)
  if (groups.length < 4) return address
  const middle = groups[Math.floor(groups.length / 2)] ?? ''
  return `${lead}${groups[0] ?? ''}..${middle}..${rest.slice(-4)}`
}

function groupsOf(address: string): { lead: string; rest: string; groups: readonly string[] } {
  const [, lead = '', rest = ''] = prefix.exec(address) ?? []
  return { lead, rest, groups: rest.match(/.{1,4}/g) ?? [] }
}

/** The case of hex digits is a checksum. */
function isSame(a: string, b: string | undefined, isHex: boolean): boolean {
  return isHex ? a.toLowerCase() === b?.toLowerCase() : a === b
}
