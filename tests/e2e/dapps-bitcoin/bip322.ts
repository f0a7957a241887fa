import { schnorr } from '@noble/curves/secp256k1.js'
import { concatBytes } from '@noble/curves/utils.js'
import { execute } from '../../../packages/chains/test/bitcoin/interpreter.ts'
import { scriptOfAddress } from '../../../packages/chains/test/bitcoin/scripts.ts'
import {
  type Tx,
  decodeWitness,
  encodeTx,
  txidOf,
} from '../../../packages/chains/test/bitcoin/wire.ts'

/** Whether a "simple" signature of BIP-322 spends what an address would have to, by another interpreter. */
export function isProof(address: string, message: string, signature: Uint8Array): boolean {
  const script = scriptOfAddress(address)
  const bytes = new TextEncoder().encode(message)
  const hash = schnorr.utils.taggedHash('BIP0322-signed-message', bytes)
  const common = { version: 0, lockTime: 0 }
  const none = { sequence: 0, witness: [] }
  const scriptSig = concatBytes(Uint8Array.of(0, 32), hash)
  const toSpend: Tx = {
    ...common,
    inputs: [{ ...none, txid: '00'.repeat(32), vout: 0xffffffff, scriptSig }],
    outputs: [{ amount: 0n, script }],
  }
  const witness = decodeWitness(signature)
  const toSign: Tx = {
    ...common,
    inputs: [{ ...none, txid: txidOf(toSpend), vout: 0, scriptSig: new Uint8Array(), witness }],
    outputs: [{ amount: 0n, script: Uint8Array.of(0x6a) }],
  }
  return execute(encodeTx(toSign), [{ script, amount: 0n }]).valid
}
