import { parseAssetId } from '@tandem/chains'
import { hexToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { AssetView } from '../../messages/nodes.ts'
import type { Look } from './look.ts'

/** `symbol()` and `decimals()`. */
const SYMBOL = '0x95d89b41'
const DECIMALS = '0x313ce567'

/** No symbol that people know is longer. */
const LONGEST = 40

const Hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/i)

/** What ERC-20 contracts say of themselves: a name proves nothing, and its place in a sentence says so. */
export async function tokensOf(
  { network, rpc }: Pick<Look, 'network' | 'rpc'>,
  assets: readonly string[],
): Promise<Record<string, AssetView>> {
  if (network.family !== 'evm') return {}
  const ask = async (to: string, data: string) =>
    hexToBytes(Hex.parse(await rpc('eth_call', [{ to, data }, 'latest'])).slice(2))
  const found = assets.map(async (asset): Promise<[string, AssetView][]> => {
    const { namespace, reference } = parseAssetId(asset)
    if (namespace !== 'erc20') return []
    try {
      const [symbol, decimals] = await Promise.all([
        ask(reference, SYMBOL).then(textIn),
        ask(reference, DECIMALS).then(numberIn),
      ])
      return symbol === undefined || decimals === undefined ? [] : [[asset, { symbol, decimals }]]
    } catch {
      return []
    }
  })
  return Object.fromEntries((await Promise.all(found)).flat())
}

/** An ABI string, or 32 bytes as the first tokens answer. */
function textIn(bytes: Uint8Array): string | undefined {
  const length = bytes.length > 64 ? Number(wordAt(bytes, 32)) : undefined
  const raw = length === undefined ? bytes.subarray(0, 32) : bytes.subarray(64, 64 + length)
  const end = raw.indexOf(0)
  const text = new TextDecoder().decode(
    end < 0 || length !== undefined ? raw : raw.subarray(0, end),
  )
  return text === '' || text.length > LONGEST ? undefined : text
}

function numberIn(bytes: Uint8Array): number | undefined {
  const value = bytes.length === 32 ? wordAt(bytes, 0) : 256n
  return value <= 77n ? Number(value) : undefined
}

function wordAt(bytes: Uint8Array, at: number): bigint {
  return bytes.subarray(at, at + 32).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}
