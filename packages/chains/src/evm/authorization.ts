import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { ChainError } from '../error.ts'
import {
  type RlpField,
  MAX_NONCE,
  MAX_UINT256,
  addressOf,
  fieldsOf,
  integerBytes,
  integerOf,
  listOf,
} from './rlp-field.ts'
import { type RlpInput, type RlpList, encodeRlp, readRlp } from './rlp.ts'
import { addressBytes } from './address.ts'
import { recoverAddress } from './signature.ts'
import type { Authorization, SignedAuthorization } from './transaction.ts'

/** What EIP-7702 puts before the list, so that it is no transaction. */
const MAGIC = 5

/** A transaction's gas (EIP-7825, 2^24) pays for no more of them at 25,000 each (EIP-7702). */
export const MAX_AUTHORIZATIONS = 671

/** @param bytes the RLP list of chain id, address and nonce. @throws {ChainError} */
export function parseAuthorization(bytes: Uint8Array): Authorization {
  const name = 'authorization'
  const list = listOf({ name, item: readRlp(bytes, name) })
  // SECURITY: a signed tuple or more fields are not what is signed here. Test: src/evm/authorization.test.ts "an authorization that is not exactly three fields is refused"
  if (list.items.length !== 3)
    throw new ChainError('not-valid', name, 'chain id, address and nonce', { offset: 0 })
  return authorizationOf(list, name)
}

/** @throws {ChainError} */
export function parseAuthorizationList(field: RlpField): SignedAuthorization[] {
  const { items, offset } = listOf(field)
  if (items.length === 0)
    throw new ChainError('missing', field.name, 'at least one authorization', { offset })
  // SECURITY: each costs a recovery, so more than any block takes would stop the wallet. Test: src/evm/authorization.test.ts "more authorizations than a transaction can pay for are refused"
  if (items.length > MAX_AUTHORIZATIONS)
    throw new ChainError('limit', field.name, `at most ${MAX_AUTHORIZATIONS}`, { offset })
  return items.map((item, index) => {
    const name = `${field.name}[${index}]`
    const list = listOf({ name, item })
    if (list.items.length !== 6)
      throw new ChainError('not-valid', name, '6 fields', { offset: list.offset })
    const next = fieldsOf(list, name)
    return {
      chainId: integerOf(next('chainId')),
      address: addressOf(next('address')),
      nonce: integerOf(next('nonce'), MAX_NONCE),
      yParity: integerOf(next('yParity'), 1n),
      r: integerOf(next('r')),
      s: integerOf(next('s')),
    }
  })
}

function authorizationOf(list: RlpList, name: string): Authorization {
  const next = fieldsOf(list, name)
  return {
    chainId: integerOf(next('chainId'), MAX_UINT256),
    address: addressOf(next('address')),
    nonce: integerOf(next('nonce'), MAX_NONCE),
  }
}

/** The list that is signed behind the magic byte. */
export function encodeAuthorization(authorization: Authorization): Uint8Array {
  return encodeRlp(authorizationFields(authorization))
}

export function authorizationFields({ chainId, address, nonce }: Authorization): RlpInput[] {
  return [
    integerBytes(chainId, 'authorization.chainId'),
    addressBytes(address, 'authorization.address'),
    integerBytes(nonce, 'authorization.nonce'),
  ]
}

/** EIP-7702: keccak-256 of the magic byte and the list. */
export function authorizationDigest(list: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(Uint8Array.of(MAGIC), list))
}

/**
 * Whose account an authorization in a transaction hands over, with checksum.
 *
 * @throws {ChainError} `signature`: nobody's, so nobody can say what it does.
 */
export function authorityOf(authorization: SignedAuthorization, field: string): string {
  const digest = authorizationDigest(encodeAuthorization(authorization))
  return recoverAddress(digest, authorization, field)
}
