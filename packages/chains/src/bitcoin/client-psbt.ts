import { concatBytes } from '@noble/hashes/utils.js'
import { hex } from '@scure/base'
import { compactSize, sized, u32, u64 } from './bytes.ts'
import type { Proven } from './client-coins.ts'
import type { Known } from './client-esplora.ts'
import { GLOBAL_TRANSACTION, IN_OUTPUT, IN_TRANSACTION } from './psbt-fields.ts'
import { encodeMaps, newEntry } from './psbt-maps.ts'

export type Output = { readonly script: Uint8Array; readonly amount: bigint }

/** BIP-125: may be replaced, with every lock time in force. */
const REPLACEABLE = 0xffff_fffd

/** An unsigned PSBT that spends coins of the account and nothing else. */
export function unsignedPsbt(coins: readonly Proven[], outputs: readonly Output[]): Uint8Array {
  const transaction = concatBytes(
    u32(2),
    compactSize(coins.length),
    ...coins.flatMap(({ txid, vout }) => [
      hex.decode(txid).toReversed(),
      u32(vout),
      Uint8Array.of(0),
      u32(REPLACEABLE),
    ]),
    compactSize(outputs.length),
    ...outputs.map(encodeOutput),
    u32(0),
  )
  // A signature of BIP-143 is about the amount of its own input only, so all amounts need their
  // proof (BIP-174). One of BIP-341 is about those of all inputs: with a wrong one it is not valid.
  const proof = coins.some(({ own }) => own.type === 'p2wpkh')
  return encodeMaps({
    global: [newEntry(GLOBAL_TRANSACTION, transaction)],
    inputs: coins.map((coin) => [
      ...(proof ? [newEntry(IN_TRANSACTION, stripped(coin.previous))] : []),
      newEntry(IN_OUTPUT, encodeOutput(coin)),
    ]),
    outputs: outputs.map(() => []),
  })
}

function encodeOutput({ amount, script }: Output): Uint8Array {
  return concatBytes(u64(amount), ...sized(script))
}

/** Without witnesses, which are no part of the id. */
function stripped({ raw, transaction }: Known): Uint8Array {
  return concatBytes(raw.subarray(0, 4), transaction.body, raw.subarray(-4))
}
