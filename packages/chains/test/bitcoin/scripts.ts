import { schnorr } from '@noble/curves/secp256k1.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { bech32, bech32m } from '@scure/base'
import { hash160, outputKey, publicKeyOf, secretOf, signDer, tweaked } from './keys.ts'
import bitcore from 'bitcore-lib'
import { type Prevout, withPrevouts } from './interpreter.ts'
import { little, withLength } from './wire.ts'

/** The kinds of output that the wallet has, and two that only others have. */
export type SpendKind = 'p2wpkh' | 'p2tr' | 'p2pkh' | 'p2sh-p2wpkh'

/** Somebody's output, with what it takes to spend it. */
export type Coin = {
  readonly kind: SpendKind
  readonly secret: Uint8Array
  readonly script: Uint8Array
}

export function coinOf(kind: SpendKind, name: string): Coin {
  return coinOfSecret(kind, secretOf(name))
}

export function coinOfSecret(kind: SpendKind, secret: Uint8Array): Coin {
  return { kind, secret, script: scripts[kind](secret) }
}

const keyHash = (secret: Uint8Array): Uint8Array => hash160(publicKeyOf(secret))

const scripts: Record<SpendKind, (secret: Uint8Array) => Uint8Array> = {
  p2wpkh: (secret) => witnessProgram(0, keyHash(secret)),
  p2tr: (secret) => witnessProgram(1, outputKey(secret)),
  p2pkh: (secret) => payToKeyHash(keyHash(secret)),
  'p2sh-p2wpkh': (secret) => payToScriptHash(hash160(redeemScript(secret))),
}

export function witnessProgram(version: number, program: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(version === 0 ? 0 : 0x50 + version), push(program))
}

function payToKeyHash(hash: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x76, 0xa9), push(hash), Uint8Array.of(0x88, 0xac))
}

function payToScriptHash(hash: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0xa9), push(hash), Uint8Array.of(0x87))
}

export function redeemScript(secret: Uint8Array): Uint8Array {
  return witnessProgram(0, keyHash(secret))
}

export function opReturn(data: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x6a), push(data))
}

/** Up to 75 bytes. */
function push(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(bytes.length), bytes)
}

/** The address of a witness program (BIP-173, BIP-350). */
export function addressOf(script: Uint8Array, hrp: 'bc' | 'tb' | 'bcrt' = 'bcrt'): string {
  const version = script[0] === 0 ? 0 : (script[0] ?? 0) - 0x50
  const codec = version === 0 ? bech32 : bech32m
  return codec.encode(hrp, [version, ...codec.toWords(script.subarray(2))])
}

export function scriptOfAddress(address: string): Uint8Array {
  const old = bech32.decodeUnsafe(address)
  const [version = 0, ...words] = (old ?? bech32m.decode(address)).words
  return witnessProgram(version, bech32.fromWords(words))
}

/** What a signature of this kind is about, by bitcore's own reading of the transaction. */
export function sighashOf(
  coin: Pick<Coin, 'kind' | 'script'>,
  unsigned: Uint8Array,
  prevouts: readonly Prevout[],
  input: number,
  type: number,
  keyHashScript: Uint8Array = coin.script,
): Uint8Array {
  const transaction = withPrevouts(unsigned, prevouts)
  if (coin.kind === 'p2tr') {
    const hash = bitcore.Transaction.SighashSchnorr.sighash(transaction, type, input, 2)
    if (!hash) throw new RangeError('no valid sighash type')
    return Uint8Array.from(hash)
  }
  if (coin.kind === 'p2pkh') {
    const script = new bitcore.Script(Buffer.from(coin.script))
    return Uint8Array.from(
      bitcore.Transaction.Sighash.sighash(transaction, type, input, script),
    ).toReversed()
  }
  const code = Buffer.from(withLength(payToKeyHash(keyHashScript.subarray(2))))
  const amount = Buffer.from(little(prevouts[input]?.amount ?? 0n, 8))
  return Uint8Array.from(
    bitcore.Transaction.SighashWitness.sighash(transaction, type, input, code, amount),
  )
}

/** What puts a coin's input right: a script, a witness or both. */
export type Unlocked = { readonly scriptSig: Uint8Array; readonly witness: readonly Uint8Array[] }

export function unlock(
  coin: Coin,
  unsigned: Uint8Array,
  prevouts: readonly Prevout[],
  input: number,
  type: number,
): Unlocked {
  const none = new Uint8Array()
  const inner = coin.kind === 'p2sh-p2wpkh' ? redeemScript(coin.secret) : coin.script
  const digest = sighashOf(coin, unsigned, prevouts, input, type, inner)
  if (coin.kind === 'p2tr') {
    const signature = schnorr.sign(digest, tweaked(coin.secret), new Uint8Array(32))
    const typed = type === 0 ? signature : concatBytes(signature, Uint8Array.of(type))
    return { scriptSig: none, witness: [typed] }
  }
  const signature = concatBytes(signDer(digest, coin.secret), Uint8Array.of(type))
  const key = publicKeyOf(coin.secret)
  if (coin.kind === 'p2pkh')
    return { scriptSig: concatBytes(push(signature), push(key)), witness: [] }
  const scriptSig = coin.kind === 'p2sh-p2wpkh' ? push(inner) : none
  return { scriptSig, witness: [signature, key] }
}
