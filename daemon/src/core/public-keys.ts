import type { PublicKeyAt, Suite } from '@tandem/chains'
import { derive } from '@tandem/protocol'
import { ClientError } from './errors.ts'
import type { WalletRecord } from './wallet-record.ts'

type Node = { readonly publicKey: Uint8Array; readonly chainCode: Uint8Array }

/**
 * The public keys of a wallet. Remembers each step of a path, as most steps are of many paths: not to
 * be kept longer than it is needed.
 */
export function publicKeys(keys: WalletRecord['keys']): PublicKeyAt {
  const known = new Map<string, Node>()

  function nodeAt(suite: Suite, path: readonly number[]): Node {
    const name = [suite, ...path].join('/')
    const node = known.get(name) ?? derived(suite, path)
    known.set(name, node)
    return node
  }

  function derived(suite: Suite, path: readonly number[]): Node {
    const last = path.at(-1)
    if (last === undefined) return rootOf(suite)
    const { publicKey, chainCode } = nodeAt(suite, path.slice(0, -1))
    return derive(suite, publicKey, chainCode, [last])
  }

  function rootOf(suite: Suite): Node {
    const key = keys.find((one) => one.suite === suite)
    if (!key) throw new ClientError('mismatch', `the wallet has no key of suite ${suite}`)
    return key
  }

  return (suite, path) => nodeAt(suite, path).publicKey
}
