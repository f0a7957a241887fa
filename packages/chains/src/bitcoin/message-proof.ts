import { schnorr } from '@noble/curves/secp256k1.js'
import type { OwnAddress } from '../account.ts'
import { concat, doubleSha256, sized, u32, u64 } from './bytes.ts'
import { digester } from './digest.ts'
import { ALL } from './sighash.ts'
import { parseTransaction } from './transaction.ts'

/** BIP-322: `to_spend` and `to_sign`. @returns their ids as they are hashed, and what is signed. */
export function proofOf(
  script: Uint8Array,
  message: Uint8Array,
): {
  readonly toSpend: Uint8Array
  readonly toSign: Uint8Array
  readonly digestOf: (own: Pick<OwnAddress, 'type'>) => Uint8Array
} {
  const messageHash = schnorr.utils.taggedHash('BIP0322-signed-message', message)
  const zero = u32(0)
  const nothing = u64(0n)
  const one = Uint8Array.of(1)
  const noScript = Uint8Array.of(0)
  const outpoint = [new Uint8Array(32), u32(0xffff_ffff)]
  const script0 = [Uint8Array.of(34, 0, 32), messageHash]
  const toSpend = doubleSha256(
    concat([zero, one, ...outpoint, ...script0, zero, one, nothing, ...sized(script), zero]),
  )
  const data = sized(Uint8Array.of(0x6a))
  const toSign = concat([zero, one, toSpend, zero, noScript, zero, one, nothing, ...data, zero])
  return {
    toSpend,
    toSign: doubleSha256(toSign),
    digestOf({ type }) {
      const digests = digester(parseTransaction(toSign, 'message'), [{ amount: 0n, script }])
      return type === 'p2tr' ? digests.taproot(0, 0) : digests.segwit(0, ALL)
    },
  }
}
