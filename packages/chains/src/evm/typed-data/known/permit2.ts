import type { Approve } from '../../../intent.ts'
import { PERMIT2 } from '../../calls/known-contracts.ts'
import { allowance, assumed } from '../../calls/token.ts'
import { unlimited } from '../../calls/unlimited.ts'
import { type Context, type Read, tokenAsset } from '../../context.ts'
import type { Values } from '../values.ts'
import type { KnownType } from './known-type.ts'

const DETAILS = 'PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)'
const PERMISSIONS = 'TokenPermissions(address token,uint256 amount)'
const ONE = 'TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline'
const MANY = 'TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline'

/**
 * Uniswap's Permit2 (PermitHash.sol): allowances, and transfers that the spender makes once. Another
 * contract than the one that all share is a claim.
 */
export const permit2: readonly KnownType[] = [
  {
    type: `PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)${DETAILS}`,
    read: (message, contract, context) => [
      lasting(message.struct('details'), message, contract, context),
    ],
  },
  {
    type: `PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)${DETAILS}`,
    read: (message, contract, context) =>
      message.list('details').map((details) => lasting(details, message, contract, context)),
  },
  { type: `PermitTransferFrom(${ONE})${PERMISSIONS}`, read: readOne },
  { type: `PermitBatchTransferFrom(${MANY})${PERMISSIONS}`, read: readMany },
]

/**
 * Transfers with a witness: anything of the spender's that is signed along, in a member after the
 * others. The contract knows the type by how it begins.
 */
const witnesses: readonly (Omit<KnownType, 'type'> & { readonly begins: string })[] = [
  { begins: `PermitWitnessTransferFrom(${ONE},`, read: readOne, more: true },
  { begins: `PermitBatchWitnessTransferFrom(${MANY},`, read: readMany, more: true },
]

export function permit2Witness(type: string): Omit<KnownType, 'type'> | undefined {
  if (!type.includes(`)${PERMISSIONS}`)) return undefined
  return witnesses.find(({ begins }) => type.startsWith(begins))
}

function readOne(message: Values, contract: string, context: Context): Read[] {
  return [once(message.struct('permitted'), message, contract, context)]
}

function readMany(message: Values, contract: string, context: Context): Read[] {
  return message.list('permitted').map((permitted) => once(permitted, message, contract, context))
}

function lasting(details: Values, message: Values, contract: string, context: Context): Read {
  const deadline = message.integer('sigDeadline')
  const expiration = details.integer('expiration')
  const intent = allowance(context, {
    token: details.address('token'),
    owner: context.self,
    spender: message.address('spender'),
    amount: details.integer('amount'),
    by: 'permit2',
    // At 0 the allowance lasts for the block it comes in, which may be any one up to the deadline.
    until: expiration === 0n ? deadline : expiration,
    deadline,
  })
  return { intent, claims: claims(contract) }
}

function once(permitted: Values, message: Values, contract: string, context: Context): Read {
  const intent: Approve = {
    kind: 'approve',
    asset: tokenAsset(context, 'erc20', permitted.address('token')),
    owner: context.self,
    spender: message.address('spender'),
    amount: unlimited(permitted.integer('amount')),
    change: 'set',
    by: 'permit2',
    deadline: message.integer('deadline'),
  }
  return { intent, claims: claims(contract) }
}

function claims(contract: string): Read['claims'] {
  return contract.toLowerCase() === PERMIT2 ? [] : [assumed(contract)]
}
