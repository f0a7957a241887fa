import { hex } from '@scure/base'
import { hash160, taprootTweakPubkey } from '@scure/btc-signer/utils.js'
import type { OwnAddress } from '../account.ts'
import type { Network } from '../networks.ts'
import { ECDSA, type PublicKeyAt, TAPROOT } from '../suite.ts'
import { type Hrp, addressOf } from './address.ts'
import { concat } from './bytes.ts'

/** How many of each kind, where nobody says: what wallets look ahead (BIP-44). */
const COUNT = 20

/**
 * The addresses of one account: for each number its P2WPKH (BIP-84) and P2TR (BIP-86) address to
 * receive at, then both for change. A larger `count` only adds to the end.
 */
export function addresses(
  { hrp, coinType }: NonNullable<Network['bitcoin']>,
  keyAt: PublicKeyAt,
  account: number,
  count = COUNT,
): OwnAddress[] {
  const numbers = Array.from({ length: count }, (_, number) => number)
  return numbers.flatMap((number) =>
    [0, 1].flatMap((chain) => {
      const segwitPath = [84, coinType, account, chain, number]
      const taprootPath = [86, coinType, account, chain, number]
      const segwitKey = keyAt(ECDSA, segwitPath)
      const taprootKey = keyAt(TAPROOT, taprootPath)
      const segwit = { suite: ECDSA, path: segwitPath, publicKey: segwitKey } as const
      const taproot = { suite: TAPROOT, path: taprootPath, publicKey: taprootKey } as const
      return [
        { ...segwit, type: 'p2wpkh' as const, ...place(scriptOfP2wpkh(segwitKey), hrp, chain) },
        { ...taproot, type: 'p2tr' as const, ...place(scriptOfP2tr(taprootKey), hrp, chain) },
      ]
    }),
  )
}

/** @param publicKey 33 bytes. */
export function scriptOfP2wpkh(publicKey: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(0, 20), hash160(publicKey)])
}

/** @param publicKey the internal key in 33 bytes; the tree is empty (BIP-86). */
export function scriptOfP2tr(publicKey: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(0x51, 32), outputKey(publicKey)])
}

/** BIP-341: the internal key, tweaked with no tree. @returns 32 bytes. */
function outputKey(internalKey: Uint8Array): Uint8Array {
  const [key] = taprootTweakPubkey(internalKey.subarray(1), new Uint8Array())
  return key
}

function place(
  script: Uint8Array,
  hrp: Hrp,
  chain: number,
): Pick<OwnAddress, 'address' | 'key' | 'change'> {
  return { address: addressOf(script, hrp) ?? '', key: hex.encode(script), change: chain === 1 }
}
