import { bytesToHex } from '@noble/hashes/utils.js'
import { ChainError } from '../../error.ts'
import { checksummed } from '../context.ts'
import { bytes, decode, list } from './abi.ts'
import { selector, selectorOf } from './method.ts'

export type MultiSendItem = {
  /** 0: call, 1: delegatecall. */
  readonly operation: bigint
  readonly to: string
  readonly value: bigint
  readonly data: Uint8Array
}

const MULTI_SEND = selector('multiSend(bytes)')
const args = list(bytes)
/** Operation (1), target (20), value (32), length of the data (32). */
const HEADER = 85

/**
 * What a call of Safe's `multiSend(bytes)` is told, packed without padding.
 *
 * @throws {ChainError}
 */
export function multiSendItems(call: Uint8Array): MultiSendItem[] {
  if (selectorOf(call) !== MULTI_SEND)
    throw new ChainError('unsupported', 'selector', 'multiSend(bytes)')
  return unpack(decode(args, call, 4)[0])
}

function unpack(packed: Uint8Array): MultiSendItem[] {
  const items: MultiSendItem[] = []
  let offset = 0
  while (offset < packed.length) {
    const start = offset + HEADER
    const data = packed.subarray(start, start + lengthAt(packed, offset + 53))
    items.push({
      operation: BigInt(packed[offset] ?? 0),
      to: checksummed(`0x${bytesToHex(packed.subarray(offset + 1, offset + 21))}`),
      value: BigInt(`0x${bytesToHex(packed.subarray(offset + 21, offset + 53))}`),
      data,
    })
    offset = start + data.length
  }
  return items
}

/** The length of the data of an item, all of which is there. */
function lengthAt(packed: Uint8Array, at: number): number {
  const rest = packed.length - at - 32
  if (rest < 0) throw new ChainError('truncated', 'transactions', 'a whole item', { offset: at })
  const length = BigInt(`0x${bytesToHex(packed.subarray(at, at + 32))}`)
  if (length > BigInt(rest))
    throw new ChainError('truncated', 'transactions', 'all of the data', { offset: at })
  return Number(length)
}
