import type { Intent } from '../../intent.ts'
import { type Context, tokenAsset } from '../context.ts'
import { address, bool, bytes, fixedBytes, uint } from './abi.ts'
import { type Method, known, method } from './method.ts'
import { allowance, assumed, isZero, mayBe, standardOf, transfer } from './token.ts'
import { unlimited } from './unlimited.ts'

/**
 * EIP-20 with the ways around its approval (OpenZeppelin's and MakerDAO's), and EIP-2612. ERC-721
 * has two of these functions as well, with a token's number for an amount: without a fact it is
 * read as ERC-20, and that is a claim.
 */
export const erc20: readonly Method[] = [
  method('transfer', [address, uint(256)], ([to, amount], { from, to: token }, { context }) => {
    if (!mayBe(context, token, 'erc20')) return undefined
    const asset = tokenAsset(context, 'erc20', token)
    return known(transfer(context, { asset, amount, from, to }))
  }),

  method(
    'transferFrom',
    [address, address, uint(256)],
    ([from, to, value], { to: token }, { context }) => {
      const standard = standardOf(context, token)
      const moved = (asset: string, amount: bigint): Intent =>
        transfer(context, { asset, amount, from, to })
      if (standard === 'erc721')
        return known(moved(tokenAsset(context, 'erc721', token, value), 1n))
      const asset = tokenAsset(context, 'erc20', token)
      if (standard === 'erc20') return known(moved(asset, value))
      return standard ? undefined : known(moved(asset, value), assumed(token))
    },
  ),

  method('approve', [address, uint(256)], ([spender, value], { from, to: token }, { context }) => {
    const standard = standardOf(context, token)
    const approval = { token, owner: from, spender, by: 'call' } as const
    if (standard === 'erc721') return known(approveOne(context, approval, value))
    const intent = allowance(context, { ...approval, amount: value })
    if (standard === 'erc20') return known(intent)
    return standard ? undefined : known(intent, assumed(token))
  }),

  increases('increaseAllowance'),
  increases('increaseApproval'),
  decreases('decreaseAllowance'),
  decreases('decreaseApproval'),

  // EIP-2612: owner, spender, value, deadline and a signature.
  method(
    'permit',
    [address, address, uint(256), uint(256), uint(8), fixedBytes(32), fixedBytes(32)],
    ([owner, spender, amount, deadline], call, { context }) =>
      permit(context, call.to, { owner, spender, amount, deadline }),
  ),

  // The same with one signature of any length (ERC-7597).
  method(
    'permit',
    [address, address, uint(256), uint(256), bytes],
    ([owner, spender, amount, deadline], call, { context }) =>
      permit(context, call.to, { owner, spender, amount, deadline }),
  ),

  // DAI: all or nothing; it expires never at 0.
  method(
    'permit',
    [address, address, uint(256), uint(256), bool, uint(8), fixedBytes(32), fixedBytes(32)],
    ([owner, spender, , deadline, allowed], call, { context }) =>
      permit(context, call.to, {
        owner,
        spender,
        amount: allowed ? (1n << 256n) - 1n : 0n,
        ...(deadline === 0n ? {} : { deadline }),
      }),
  ),
]

function permit(
  context: Context,
  token: string,
  settings: {
    readonly owner: string
    readonly spender: string
    readonly amount: bigint
    readonly deadline?: bigint
  },
) {
  if (!mayBe(context, token, 'erc20')) return undefined
  return known(allowance(context, { ...settings, token, by: 'permit' }))
}

/** ERC-721: who may move one token; nobody where it is the zero address. */
function approveOne(
  context: Context,
  approval: { readonly token: string; readonly owner: string; readonly spender: string },
  tokenId: bigint,
): Intent {
  const { token, owner, spender } = approval
  const asset = tokenAsset(context, 'erc721', token, tokenId)
  if (isZero(spender)) return { kind: 'revoke', what: 'allowance', asset, by: 'call' }
  return { kind: 'approve', asset, owner, spender, amount: 1n, change: 'set', by: 'call' }
}

function increases(name: string): Method {
  return method(name, [address, uint(256)], ([spender, added], call, { context }) => {
    if (!mayBe(context, call.to, 'erc20')) return undefined
    return known({
      kind: 'approve',
      asset: tokenAsset(context, 'erc20', call.to),
      owner: call.from,
      spender,
      amount: unlimited(added),
      change: 'increase',
      by: 'call',
    })
  })
}

function decreases(name: string): Method {
  return method(name, [address, uint(256)], ([spender], call, { context }) => {
    if (!mayBe(context, call.to, 'erc20')) return undefined
    const asset = tokenAsset(context, 'erc20', call.to)
    return known({ kind: 'revoke', what: 'decrease', asset, spender, by: 'call' })
  })
}
