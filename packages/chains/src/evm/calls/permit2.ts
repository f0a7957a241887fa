import type { Claim } from '../../intent.ts'
import { tokenAsset } from '../context.ts'
import { address, array, bytes, tuple, uint } from './abi.ts'
import { PERMIT2 } from './known-contracts.ts'
import { type Method, type Scope, batch, known, method } from './method.ts'
import { allowance, assumed, mayBe, transfer } from './token.ts'

const details = tuple(address, uint(160), uint(48), uint(48))
const move = tuple(address, address, uint(160), address)

/** Uniswap's Permit2: AllowanceTransfer. Another contract than the one that all share is a claim. */
export const permit2: readonly Method[] = [
  method(
    'approve',
    [address, address, uint(160), uint(48)],
    ([token, spender, amount, until], { from, to }, scope) =>
      approval({ token, owner: from, spender, amount, until }, to, scope),
  ),

  method(
    'permit',
    [address, tuple(details, address, uint(256)), bytes],
    ([owner, [[token, amount, until], spender, deadline]], { to }, scope) =>
      approval({ token, owner, spender, amount, until, deadline }, to, scope),
  ),

  method(
    'permit',
    [address, tuple(array(details), address, uint(256)), bytes],
    ([owner, [all, spender, deadline]], { to }, scope) => {
      const reads = all.map(([token, amount, until]) =>
        approval({ token, owner, spender, amount, until, deadline }, to, scope),
      )
      return batch(reads, { atomic: true })
    },
  ),

  method(
    'transferFrom',
    [address, address, uint(160), address],
    ([from, to, amount, token], call, scope) => moved({ from, to, amount, token }, call.to, scope),
  ),

  method('transferFrom', [array(move)], ([moves], call, scope) => {
    const reads = moves.map(([from, to, amount, token]) =>
      moved({ from, to, amount, token }, call.to, scope),
    )
    return batch(reads, { atomic: true })
  }),

  method('lockdown', [array(tuple(address, address))], ([pairs], { to }, { context }) => {
    const reads = pairs.map(([token, spender]) => {
      const asset = tokenAsset(context, 'erc20', token)
      const what = 'allowance'
      return known({ kind: 'revoke', what, asset, spender, by: 'permit2' }, ...claims(to))
    })
    return batch(reads, { atomic: true })
  }),
]

function approval(
  settings: {
    readonly token: string
    readonly owner: string
    readonly spender: string
    readonly amount: bigint
    readonly until: bigint
    readonly deadline?: bigint
  },
  contract: string,
  { context }: Scope,
) {
  if (!mayBe(context, settings.token, 'erc20')) return undefined
  // At 0 the allowance lasts for the block it comes in, whenever that is: no time to show.
  if (settings.until === 0n && settings.amount > 0n) return undefined
  const intent = allowance(context, { ...settings, by: 'permit2' })
  return known(intent, ...claims(contract))
}

function moved(
  settings: {
    readonly from: string
    readonly to: string
    readonly amount: bigint
    readonly token: string
  },
  contract: string,
  { context }: Scope,
) {
  const { token, ...rest } = settings
  if (!mayBe(context, token, 'erc20')) return undefined
  const asset = tokenAsset(context, 'erc20', token)
  return known(transfer(context, { asset, ...rest }), ...claims(contract))
}

function claims(contract: string): Claim[] {
  return contract.toLowerCase() === PERMIT2 ? [] : [assumed(contract)]
}
