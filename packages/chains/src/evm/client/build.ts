import type { Account } from '../../account.ts'
import { parseAssetId } from '../../caip.ts'
import type { Draft } from '../../client.ts'
import { ChainError } from '../../error.ts'
import type { Network } from '../../networks.ts'
import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { checkAddress } from '../address.ts'
import { encodeCall } from './encode-call.ts'
import { ask, feeOf, fill } from './fill.ts'
import { type Action, gasFor } from './gas.ts'
import { rollupFee } from './rollup-fee.ts'
import { ownAddress } from './own-address.ts'
import { Word, toHex } from './quantity.ts'

/**
 * A transfer of the native coin, of an ERC-20 token, or of an ERC-721 or ERC-1155 one.
 *
 * @throws {RpcError} `insufficient-funds`: also when the fee is what is missing
 * @throws {ChainError} no such asset or address
 */
export async function build(
  node: Node,
  network: Network,
  draft: Draft,
  account: Account,
): Promise<Uint8Array> {
  if (draft.asset === network.native.asset) return buildNative(node, network, draft, account)
  const { address } = ownAddress(account)
  const token = await tokenAction(node, network, draft, address)
  const { nonce, balance, tiers } = await ask(node, network, account)
  const price = tiers[draft.tier]
  const gasLimit = await gasFor(node, address, token)
  const needed = feeOf({ gasLimit, price }) + (await rollupFee(node, network, token.data.length))
  if (balance < needed) throw insufficient(balance, needed)
  return fill(network, token, { nonce, gasLimit, price })
}

async function buildNative(
  node: Node,
  network: Network,
  draft: Draft,
  account: Account,
): Promise<Uint8Array> {
  const { address } = ownAddress(account)
  const to = checkAddress(draft.to, 'to')
  const nothing = new Uint8Array()
  const { nonce, balance, tiers } = await ask(node, network, account)
  const wanted = draft.amount === 'max' ? 1n : draft.amount
  if (balance < wanted) throw insufficient(balance, wanted)

  const price = tiers[draft.tier]
  const gasLimit = await gasFor(node, address, { to, value: wanted, data: nothing })
  const fee = feeOf({ gasLimit, price }) + (await rollupFee(node, network, 0))
  const value = draft.amount === 'max' ? balance - fee : draft.amount
  if (value < 0n || balance < value + fee) throw insufficient(balance, wanted + fee)
  return fill(network, { to, value, data: nothing }, { nonce, gasLimit, price })
}

async function tokenAction(
  node: Node,
  network: Network,
  { asset, to, amount }: Draft,
  self: string,
): Promise<Action & { readonly to: string }> {
  const { chain, namespace, reference, tokenId } = parseAssetId(asset)
  if (chain !== network.id) throw new ChainError('wrong-chain', 'asset', network.id)
  const contract = checkAddress(reference, 'asset')
  const recipient = checkAddress(to, 'to')
  const of = (data: Uint8Array) => ({ to: contract, value: 0n, data })

  if (namespace === 'erc20' && tokenId === undefined) {
    const held = await holds(node, contract, encodeCall('balanceOf(address)', self))
    const sent = amount === 'max' ? held : amount
    if (held < sent) throw insufficient(held, sent)
    return of(encodeCall('transfer(address,uint256)', recipient, sent))
  }
  if (tokenId === undefined || (namespace !== 'erc721' && namespace !== 'erc1155'))
    throw new ChainError('unsupported', 'asset', 'the native coin, or a token by its standard')

  const id = tokenNumber(tokenId)
  if (namespace === 'erc721') {
    if (amount !== 'max' && amount !== 1n) throw new ChainError('not-valid', 'amount', '1')
    return of(encodeCall('safeTransferFrom(address,address,uint256)', self, recipient, id))
  }
  const held = await holds(node, contract, encodeCall('balanceOf(address,uint256)', self, id))
  const sent = amount === 'max' ? held : amount
  if (held < sent) throw insufficient(held, sent)
  const signature = 'safeTransferFrom(address,address,uint256,uint256,bytes)'
  // The empty bytes: where they begin, and that they are none.
  return of(encodeCall(signature, self, recipient, id, sent, 160n, 0n))
}

async function holds(node: Node, contract: string, data: Uint8Array): Promise<bigint> {
  return call(node, 'eth_call', [{ to: contract, data: toHex(data) }, 'latest'], Word)
}

function tokenNumber(text: string): bigint {
  if (!/^(?:0|[1-9][0-9]{0,77})$/.test(text) || BigInt(text) >> 256n > 0n)
    throw new ChainError('not-valid', 'asset', 'a token number')
  return BigInt(text)
}

function insufficient(held: bigint, needed: bigint): RpcError {
  return new RpcError('insufficient-funds', 'build', `${held}, and ${needed} is needed`)
}
