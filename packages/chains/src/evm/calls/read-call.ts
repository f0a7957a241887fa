import type { Context, ContractCall, Read } from '../context.ts'

/** What a call of a contract does. What cannot be read in full is a `call` with what is known. */
export function readCall(call: ContractCall, _context: Context): Read {
  return {
    intent: { kind: 'call', target: call.to, value: call.value, dataLength: call.data.length },
    claims: [],
  }
}
