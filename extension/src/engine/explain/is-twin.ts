/** What every address of a kind begins with, so that it says nothing. */
const prefix = /^(0x|(?:bc|tb|bcrt)1[qp])/

/** So many equal characters at each end, and so many in all: what somebody who only glances compares. */
const AT_EACH_END = 3
const IN_ALL = 7

/** Whether an address was made to be taken for another one: the same ends, another middle. */
export function isTwin(known: string, other: string): boolean {
  const [a, b] = [bare(known), bare(other)]
  if (a === b || a.length !== b.length) return false
  const places = Array.from(a, (character, at) => character === b[at])
  const start = run(places)
  const end = run(places.toReversed())
  return start >= AT_EACH_END && end >= AT_EACH_END && start + end >= IN_ALL
}

/** Hex is compared without its checksum, which is in the case of its letters. */
function bare(address: string): string {
  const text = address.startsWith('0x') ? address.toLowerCase() : address
  return text.replace(prefix, '')
}

/** How many are true before the first that is not. */
function run(places: readonly boolean[]): number {
  const end = places.indexOf(false)
  return end < 0 ? places.length : end
}
