/** What is sent for one approval. */
export type Group = {
  readonly address: string
  readonly chain?: string
  readonly transactions: readonly string[]
}

/** One input of a call, copied when it was made: a site that changes it afterwards changes nothing. */
export type Wanted = {
  readonly address: string
  readonly chain?: string
  readonly transaction: string
  /** How many signatures it lacks. */
  readonly missing: number
}

/** As many as the wallet takes at once. */
const AT_ONCE = 20

/**
 * Which inputs of one call are approved together: those of one account on one network that lack
 * nobody else's signature. Others have an approval each, in the order of the call.
 */
export function groupsOf(wanted: readonly Wanted[]): Group[] {
  const [first] = wanted
  const isOne = wanted.every(
    ({ address, chain, missing }) =>
      missing <= 1 && address === first?.address && chain === first.chain,
  )
  const size = isOne ? AT_ONCE : 1
  return Array.from({ length: Math.ceil(wanted.length / size) }, (_, at) =>
    wanted.slice(at * size, (at + 1) * size),
  ).flatMap((part) => {
    const [{ address, chain } = { address: '' }] = part
    const transactions = part.map(({ transaction }) => transaction)
    return [{ address, ...(chain !== undefined && { chain }), transactions }]
  })
}

/** Signatures of a transaction as it travels that are all zeros. One byte counts them. */
export function missingIn(transaction: Uint8Array): number {
  const count = Math.min(transaction[0] ?? 0, 127)
  return Array.from({ length: count }, (_, at) =>
    transaction.slice(1 + 64 * at, 65 + 64 * at),
  ).filter((signature) => signature.every((byte) => byte === 0)).length
}
