import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { Address } from 'ox'
import { ChainError } from '../error.ts'
import { isForeignAddress } from './foreign-address.ts'
import { integerBytes } from './rlp-field.ts'
import { encodeRlp } from './rlp.ts'

type Point = InstanceType<typeof secp256k1.Point>

/**
 * An address as EIP-55 writes it.
 *
 * @param text `0x` and 40 hex digits: with its checksum, or all in one case
 * @throws {ChainError} `checksum`, `wrong-chain` another chain's, `not-valid` anything else, also
 *   names and IBAN forms
 */
export function checkAddress(text: string, field = 'address'): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text))
    throw isForeignAddress(text)
      ? new ChainError('wrong-chain', field, 'an address of an EVM chain')
      : new ChainError('not-valid', field, '0x and 40 hex digits')
  const address = Address.checksum(text)
  const digits = text.slice(2)
  const hasCase = digits !== digits.toLowerCase() && digits !== digits.toUpperCase()
  // SECURITY: a wrong checksum is a typing error, and money sent there is gone. Test: src/evm/address.test.ts "one changed letter breaks the checksum"
  if (hasCase && text !== address)
    throw new ChainError('checksum', field, 'the EIP-55 checksum, or one case')
  return address
}

/** 20 bytes. @throws {ChainError} as {@link checkAddress} */
export function addressBytes(text: string, field: string): Uint8Array {
  // Most are in lower case, where there is no checksum to compute.
  if (!/^0x[0-9a-f]{40}$/.test(text)) checkAddress(text, field)
  return hexToBytes(text.slice(2))
}

/** @param publicKey SEC1, 33 or 65 bytes. @returns with checksum */
export function addressOfKey(publicKey: Uint8Array): string {
  return addressOfPoint(secp256k1.Point.fromBytes(publicKey))
}

export function addressOfPoint(point: Point): string {
  return addressOfHash(keccak_256(point.toBytes(false).subarray(1)))
}

/** Where a contract goes that `sender` creates with `nonce`. @returns with checksum */
export function contractAddress(sender: string, nonce: bigint): string {
  const list = [addressBytes(sender, 'sender'), integerBytes(nonce, 'nonce')]
  return addressOfHash(keccak_256(encodeRlp(list)))
}

function addressOfHash(hash: Uint8Array): string {
  return Address.checksum(`0x${bytesToHex(hash.subarray(12))}`)
}
