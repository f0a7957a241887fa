import { tokenAsset } from '../context.ts'
import { address, array, bool, bytes, uint } from './abi.ts'
import { type Method, batch, known, method } from './method.ts'
import { assumed, mayBe, standardOf, transfer } from './token.ts'

/**
 * EIP-721 and EIP-1155, apart from the functions that ERC-20 has as well. Data for the recipient is
 * an instruction of its own, so a transfer with data is not read.
 */
export const nft: readonly Method[] = [
  method(
    'safeTransferFrom',
    [address, address, uint(256)],
    ([from, to, tokenId], { to: contract }, { context }) => {
      if (!mayBe(context, contract, 'erc721')) return undefined
      const asset = tokenAsset(context, 'erc721', contract, tokenId)
      return known(transfer(context, { asset, amount: 1n, from, to }))
    },
  ),

  method(
    'safeTransferFrom',
    [address, address, uint(256), bytes],
    ([from, to, tokenId, data], { to: contract }, { context }) => {
      // SECURITY: the recipient runs with this data. Test: src/evm/calls/nft.test.ts "a transfer with data for the recipient is not read: safeTransferFrom(address,address,uint256,bytes)"
      if (data.length > 0) return undefined
      if (!mayBe(context, contract, 'erc721')) return undefined
      const asset = tokenAsset(context, 'erc721', contract, tokenId)
      return known(transfer(context, { asset, amount: 1n, from, to }))
    },
  ),

  method(
    'safeTransferFrom',
    [address, address, uint(256), uint(256), bytes],
    ([from, to, tokenId, amount, data], { to: contract }, { context }) => {
      // SECURITY: the recipient runs with this data. Test: src/evm/calls/nft.test.ts "a transfer with data for the recipient is not read: safeTransferFrom(address,address,uint256,uint256,bytes)"
      if (data.length > 0) return undefined
      if (!mayBe(context, contract, 'erc1155')) return undefined
      const asset = tokenAsset(context, 'erc1155', contract, tokenId)
      return known(transfer(context, { asset, amount, from, to }))
    },
  ),

  method(
    'safeBatchTransferFrom',
    [address, address, array(uint(256)), array(uint(256)), bytes],
    ([from, to, tokenIds, amounts, data], { to: contract }, { context }) => {
      // SECURITY: the recipient runs with this data. Test: src/evm/calls/nft.test.ts "a transfer with data for the recipient is not read: safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)"
      if (data.length > 0) return undefined
      if (!mayBe(context, contract, 'erc1155')) return undefined
      if (tokenIds.length !== amounts.length) return undefined
      const steps = tokenIds.map((tokenId, index) => {
        const asset = tokenAsset(context, 'erc1155', contract, tokenId)
        return known(transfer(context, { asset, amount: amounts[index] ?? 0n, from, to }))
      })
      return batch(steps, { atomic: true })
    },
  ),

  // Of both standards: which one, only a fact says.
  method(
    'setApprovalForAll',
    [address, bool],
    ([operator, approved], { from, to: contract }, { context }) => {
      const standard = standardOf(context, contract)
      if (standard === 'erc20' || standard === 'token') return undefined
      const collection = tokenAsset(context, standard ?? 'erc721', contract)
      const claims = standard ? [] : [assumed(contract)]
      if (approved)
        return known({ kind: 'approve-all', collection, owner: from, operator }, ...claims)
      return known(
        { kind: 'revoke', what: 'operator', asset: collection, spender: operator, by: 'call' },
        ...claims,
      )
    },
  ),
]
