import type * as z from 'zod'
import { assetId } from '../../caip.ts'
import type { Network } from '../../networks.ts'
import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { checkAddress } from '../address.ts'
import { checkChain } from './check-chain.ts'
import { encodeCall } from './encode-call.ts'
import { Hex, Word, toHex } from './quantity.ts'

/** A contract's own words: anybody can write any symbol. */
export type Token = {
  /** CAIP-19. */
  readonly asset: string
  readonly symbol: string
  readonly decimals: number
  readonly held: bigint
}

/**
 * What a contract says of itself as a token (ERC-20), and what somebody holds of it.
 *
 * @throws {RpcError} `bad-reply`, `rejected`: it is none
 */
export async function token(
  node: Node,
  network: Network,
  contract: string,
  owner: string,
): Promise<Token> {
  const to = checkAddress(contract, 'token')
  const ask = <T>(answer: z.ZodType<T>, ...of: Parameters<typeof encodeCall>) =>
    call(node, 'eth_call', [{ to, data: toHex(encodeCall(...of)) }, 'latest'], answer)
  const [, symbol, decimals, held] = await Promise.all([
    checkChain(node, network),
    ask(Hex, 'symbol()'),
    ask(Word, 'decimals()'),
    ask(Word, 'balanceOf(address)', owner),
  ])
  if (decimals > 255n) throw new RpcError('bad-reply', 'eth_call', 'decimals beyond one byte')
  const asset = assetId(network.id, 'erc20', to.toLowerCase())
  return { asset, symbol: textIn(symbol), decimals: Number(decimals), held }
}

/** A `string`, or the `bytes32` of tokens from before there were any. */
function textIn(bytes: Uint8Array): string {
  const word = (at: number) => BigInt(toHex(bytes.subarray(at, at + 32)))
  const isString = bytes.length >= 64 && word(0) === 32n
  const length = isString ? word(32) : BigInt(bytes.findLastIndex((byte) => byte !== 0) + 1)
  const start = isString ? 64 : 0
  if ((!isString && bytes.length !== 32) || length > BigInt(bytes.length - start) || length > 64n)
    throw new RpcError('bad-reply', 'eth_call', 'no symbol')
  try {
    const written = bytes.subarray(start, start + Number(length))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(written)
  } catch (cause) {
    throw new RpcError('bad-reply', 'eth_call', 'a symbol that is no text', cause)
  }
}
