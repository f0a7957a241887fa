/** Whether a chain is meant: itself, or all of its family (`eip155:*`). */
export function isChain(pattern: string, chain: string): boolean {
  if (!pattern.endsWith(':*')) return pattern === chain
  return chain.startsWith(pattern.slice(0, -1))
}

/** Whether an address on a chain is meant by a CAIP-10 pattern. */
export function isAccount(pattern: string, chain: string, address: string): boolean {
  const at = pattern.lastIndexOf(':')
  if (!isChain(pattern.slice(0, at), chain)) return false
  // Letters of an EVM address are only its checksum.
  const same = chain.startsWith('eip155:') ? address.toLowerCase() : address
  return pattern.slice(at + 1) === same
}

/** Whether a name of an asset is meant by a CAIP-19 pattern. */
export function isAsset(pattern: string, name: string): boolean {
  const [chain = '', ...rest] = pattern.split('/')
  const [own = '', ...names] = name.split('/')
  return isChain(chain, own) && rest.join('/') === names.join('/')
}
