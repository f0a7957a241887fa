import { bytesToHex } from '@noble/hashes/utils.js'
import type { Intent } from '../../../intent.ts'
import { readCall } from '../../calls/read-call.ts'
import { unlimited } from '../../calls/unlimited.ts'
import type { Context, Read } from '../../context.ts'
import type { Values } from '../values.ts'
import { checkOwner } from './check-owner.ts'
import type { KnownType } from './known-type.ts'

const REQUEST = 'address from,address to,uint256 value,uint256 gas,uint256 nonce'

/** Calls that somebody else brings to the chain and pays for, and that act as this account. */
export const metaTransactions: readonly KnownType[] = [
  {
    // Tokens that came over a bridge to Polygon, and many collections: a call to the contract itself.
    type: 'MetaTransaction(uint256 nonce,address from,bytes functionSignature)',
    read: (message, contract, context) => {
      const from = checkOwner(message, 'from', context)
      const data = message.bytes('functionSignature')
      return [signed(readCall({ from, to: contract, value: 0n, data }, context))]
    },
  },
  // ERC-2771, OpenZeppelin's forwarders: contracts that trust the forwarder take it for the account.
  { type: `ForwardRequest(${REQUEST},bytes data)`, read: readForward },
  { type: `ForwardRequest(${REQUEST},uint48 deadline,bytes data)`, read: readForward },
  {
    // ERC-4337, EntryPoint 0.8 and later.
    type: 'PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)',
    read: (message, entryPoint, context) => {
      const [to, data] = [message.address('sender'), message.bytes('callData')]
      const call = signed(readCall({ from: entryPoint, to, value: 0n, data }, context))
      return [...feeOf(message, to, entryPoint, context), call]
    },
    // A paymaster may take tokens for the fee, and `initCode` may put a contract on the chain.
    more: true,
  },
]

function readForward(message: Values, _forwarder: string, context: Context): Read[] {
  const from = checkOwner(message, 'from', context)
  // The coins are not this account's but those of whoever brings the request.
  if (message.integer('value') !== 0n) return []
  const [to, data] = [message.address('to'), message.bytes('data')]
  return [signed(readCall({ from, to, value: 0n, data }, context))]
}

/** What the account lets the entry point take, and give to whoever brings it. */
function feeOf(message: Values, owner: string, spender: string, { native }: Context): Read[] {
  const [verification, call] = halves(message.bytes('accountGasLimits'))
  const [, price] = halves(message.bytes('gasFees'))
  const most = (verification + call + message.integer('preVerificationGas')) * price
  if (most === 0n) return []
  const right = { kind: 'approve', asset: native, owner, spender, change: 'set' } as const
  return [{ intent: { ...right, amount: unlimited(most), by: 'permit' }, claims: [] }]
}

function halves(word: Uint8Array): [bigint, bigint] {
  const number = BigInt(`0x${bytesToHex(word)}`)
  return [number >> 128n, BigInt.asUintN(128, number)]
}

function signed({ intent, claims }: Read): Read {
  return { intent: bySignature(intent), claims }
}

/** What a call does, when a signature is all that it takes. */
function bySignature(intent: Intent): Intent {
  if (intent.kind === 'transfer') return { ...intent, by: 'signature' }
  if (intent.kind === 'approve' || intent.kind === 'revoke')
    return intent.by === 'call' ? { ...intent, by: 'permit' } : intent
  if (intent.kind === 'batch') return { ...intent, steps: intent.steps.map(bySignature) }
  return intent
}
