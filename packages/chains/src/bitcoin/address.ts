import { schnorr } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bech32, bech32m, createBase58check, hex } from '@scure/base'
import { ChainError, attempt } from '../error.ts'
import type { Network } from '../networks.ts'
import { concat, equal } from './bytes.ts'

/** What addresses of a network begin with (BIP-173). */
export type Hrp = NonNullable<Network['bitcoin']>['hrp']

/** An address, before anybody asked which network's it is. */
type Decoded = { readonly script: Uint8Array; readonly hrps: readonly Hrp[] }

const base58 = createBase58check(sha256)
const BECH32 = /^(bc|tb|bcrt)1([ac-hj-np-z02-9]+)$/
const BASE58 = /^[1-9A-HJ-NP-Za-km-z]{20,40}$/

/** Version bytes of Base58 addresses; the test networks share theirs. */
const P2PKH: Readonly<Record<Hrp, number>> = { bc: 0x00, tb: 0x6f, bcrt: 0x6f }
const P2SH: Readonly<Record<Hrp, number>> = { bc: 0x05, tb: 0xc4, bcrt: 0xc4 }
const allHrps: readonly Hrp[] = ['bc', 'tb', 'bcrt']

const networkNames: Readonly<Record<Hrp, string>> = {
  bc: 'Bitcoin',
  tb: 'a Bitcoin test network',
  bcrt: 'a local Bitcoin network',
}

/**
 * The output script that pays an address of any Bitcoin network.
 *
 * @throws {ChainError} `checksum`, `not-valid`, `unsupported`
 */
export function scriptOf(address: string): Uint8Array {
  return decode(address).script
}

/**
 * An address of this network that money can be sent to, in its own writing.
 *
 * @throws {ChainError} `wrong-chain` and what {@link scriptOf} throws.
 */
export function checkAddress(text: string, hrp: Hrp): string {
  const { script, hrps } = decode(text)
  const [other = hrp] = hrps
  // SECURITY: a coin sent to a script of another network may have no owner on this one. Test: src/bitcoin/address.test.ts "an address of another network is refused, and the network is named"
  if (!hrps.includes(hrp))
    throw new ChainError(
      'wrong-chain',
      'address',
      `one of ${networkNames[hrp]}, not of ${networkNames[other]}`,
    )
  return addressOf(script, hrp) ?? text
}

/** @returns undefined for a script that has no address. */
export function addressOf(script: Uint8Array, hrp: Hrp): string | undefined {
  const program = witnessProgram(script)
  if (program) {
    const coder = program.version === 0 ? bech32 : bech32m
    return coder.encode(hrp, [program.version, ...coder.toWords(program.bytes)])
  }
  if (isP2pkh(script))
    return base58.encode(concat([Uint8Array.of(P2PKH[hrp]), script.subarray(3, 23)]))
  if (isP2sh(script))
    return base58.encode(concat([Uint8Array.of(P2SH[hrp]), script.subarray(2, 22)]))
  return undefined
}

/** BIP-141: a version and a push of 2 to 40 bytes; of version 0 only 20 and 32 bytes mean something. */
export function witnessProgram(
  script: Uint8Array,
): { readonly version: number; readonly bytes: Uint8Array } | undefined {
  const [first = 0xff, length = 0] = script
  if (script.length < 4 || script.length > 42 || length !== script.length - 2) return undefined
  if (first === 0 && length !== 20 && length !== 32) return undefined
  if (first !== 0 && (first < 0x51 || first > 0x60)) return undefined
  return { version: first === 0 ? 0 : first - 0x50, bytes: script.subarray(2) }
}

export function isP2wpkh(script: Uint8Array): boolean {
  return script.length === 22 && script[0] === 0 && script[1] === 20
}

export function isP2tr(script: Uint8Array): boolean {
  return script.length === 34 && script[0] === 0x51 && script[1] === 32
}

export function isP2pkh(script: Uint8Array): boolean {
  return (
    script.length === 25 &&
    equal(script.subarray(0, 3), Uint8Array.of(0x76, 0xa9, 20)) &&
    equal(script.subarray(23), Uint8Array.of(0x88, 0xac))
  )
}

export function isP2sh(script: Uint8Array): boolean {
  return script.length === 23 && script[0] === 0xa9 && script[1] === 20 && script[22] === 0x87
}

function decode(text: string): Decoded {
  if (/^(?:bc|tb|bcrt)1/i.test(text)) return decodeSegwit(text)
  if (!BASE58.test(text)) throw new ChainError('not-valid', 'address', 'a Bitcoin address')
  return decodeBase58(text)
}

function decodeSegwit(text: string): Decoded {
  const lower = text.toLowerCase()
  // BIP-173: one case for all of it.
  if (text !== lower && text !== text.toUpperCase())
    throw new ChainError('not-valid', 'address', 'letters of one case')
  const [, found = '', data = ''] = BECH32.exec(lower) ?? []
  const hrp = allHrps.find((candidate) => candidate === found)
  if (hrp === undefined) throw new ChainError('not-valid', 'address', 'letters of Bech32')
  // BIP-350: version 0 has the checksum of Bech32, every other that of Bech32m.
  const coder = data.startsWith('q') ? bech32 : bech32m
  const { words } = attempt(
    'address',
    'an address without typing errors',
    () => coder.decode(`${hrp}1${data}`),
    'checksum',
  )
  const [version = 0, ...rest] = words
  const program = attempt('address', 'whole bytes', () => coder.fromWords(rest))
  return { script: scriptOfProgram(version, program), hrps: [hrp] }
}

function scriptOfProgram(version: number, program: Uint8Array): Uint8Array {
  const { length } = program
  if (version > 16 || length < 2 || length > 40)
    throw new ChainError('not-valid', 'address', 'a witness program of BIP-141')
  if (version === 0 && length !== 20 && length !== 32)
    throw new ChainError('not-valid', 'address', 'a program of 20 or 32 bytes')
  // SECURITY: until a soft fork gives them a meaning, anybody can take what is sent there. Test: src/bitcoin/address.test.ts "an address that anybody could spend from is refused"
  if (version > 1 || (version === 1 && length !== 32))
    throw new ChainError('unsupported', 'address', 'a witness program that has an owner')
  // SECURITY: no key can ever spend from a point that is not on the curve. Test: src/bitcoin/address.test.ts "a Taproot address without a key is refused"
  if (version === 1) checkPoint(program)
  return concat([Uint8Array.of(version === 0 ? 0 : 0x50 + version, length), program])
}

/** BIP-340's `lift_x`. */
function checkPoint(x: Uint8Array): void {
  attempt('address', 'a key on the curve', () => schnorr.utils.lift_x(BigInt(`0x${hex.encode(x)}`)))
}

function decodeBase58(text: string): Decoded {
  const bytes = attempt(
    'address',
    'an address without typing errors',
    () => base58.decode(text),
    'checksum',
  )
  const [version] = bytes
  const hash = bytes.subarray(1)
  if (hash.length !== 20) throw new ChainError('not-valid', 'address', 'a hash of 20 bytes')
  const p2pkh = allHrps.filter((hrp) => P2PKH[hrp] === version)
  if (p2pkh.length > 0) return { script: scriptOfKeyHash(hash), hrps: p2pkh }
  const p2sh = allHrps.filter((hrp) => P2SH[hrp] === version)
  if (p2sh.length > 0)
    return { script: concat([Uint8Array.of(0xa9, 20), hash, Uint8Array.of(0x87)]), hrps: p2sh }
  throw new ChainError('wrong-chain', 'address', 'an address of a Bitcoin network')
}

/** Pays a key by its hash, as before BIP-141; BIP-143 also signs it in the place of P2WPKH. */
export function scriptOfKeyHash(hash: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(0x76, 0xa9, 20), hash, Uint8Array.of(0x88, 0xac)])
}
