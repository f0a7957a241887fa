import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { type Account, account } from '../account.ts'
import { network } from '../networks.ts'
import { addressOfKey } from './address.ts'
import { authorizationDigest, encodeAuthorization } from './authorization.ts'
import { evm } from './evm.ts'
import { MAX_NONCE, MAX_UINT256, MAX_UINT64 } from './rlp-field.ts'
import type { Authorization, SignedAuthorization, Transaction } from './transaction.ts'

/** Ethereum, and the account of {@link privateKey} on it. */
export const chain = evm(network('eip155:1'))

/** The key of EIP-155's example. */
export const privateKey: Uint8Array = hexToBytes('46'.repeat(32))
export const alice: Account = accountOf(privateKey)
export const self = alice.addresses[0]?.address ?? ''
export const OTHER = '0x3535353535353535353535353535353535353535'

export function accountOf(key: Uint8Array, number = 0): Account {
  const addresses = chain.addresses(() => secp256k1.getPublicKey(key, true), number)
  return account(chain.network.id, number, addresses)
}

/** r ‖ s ‖ recovery id, as a co-signed signature arrives. */
export function sign(digest: Uint8Array, key = privateKey): Uint8Array {
  const [recovery = 0, ...rest] = secp256k1.sign(digest, key, {
    prehash: false,
    format: 'recovered',
  })
  return Uint8Array.of(...rest, recovery)
}

/** A key that is not Alice's. */
export function keyOf(name: string): Uint8Array {
  return sha256(utf8ToBytes(name))
}

export function addressOf(key: Uint8Array): string {
  return addressOfKey(secp256k1.getPublicKey(key))
}

export function authorize(authorization: Authorization, key: Uint8Array): SignedAuthorization {
  const bytes = sign(authorizationDigest(encodeAuthorization(authorization)), key)
  const { r, s } = secp256k1.Signature.fromBytes(bytes.subarray(0, 64), 'compact')
  return { ...authorization, yParity: BigInt(bytes[64] ?? 0), r, s }
}

/** The fields that a test does not care about. */
export const plain = {
  type: 2,
  chainId: 1n,
  nonce: 9n,
  maxPriorityFeePerGas: 1_000_000_000n,
  maxFeePerGas: 20_000_000_000n,
  gasLimit: 21_000n,
  to: OTHER,
  value: 10n ** 18n,
  data: new Uint8Array(),
  accessList: [],
} as const satisfies Transaction

/** Numbers around the borders of bytes and of what fields hold, and any in between. */
function numbers(max: bigint): fc.Arbitrary<bigint> {
  const borders = [0n, 1n, 127n, 128n, 255n, 256n, 2n ** 64n - 1n, max - 1n, max]
  return fc.oneof(
    fc.constantFrom(...borders.filter((border) => border <= max)),
    fc.integer({ min: 1, max: 256 }).map((bits) => (2n ** BigInt(bits) - 1n) & max),
    fc.bigInt({ min: 0n, max }),
  )
}

const addresses = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`)
const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const data = fc.oneof(
  fc.uint8Array({ maxLength: 2 }),
  fc.uint8Array({ minLength: 54, maxLength: 57 }),
  fc.uint8Array({ minLength: 250, maxLength: 260 }),
)
const accessLists = fc.array(
  fc.record({ address: addresses, storageKeys: fc.array(hashes, { maxLength: 3 }) }),
  { maxLength: 3 },
)

/** Recovering is slow, so transactions draw from a few. */
export const authorizations = [0n, 1n, 10n, 2n ** 40n].flatMap((chainId, index) =>
  [OTHER, `0x${'0'.repeat(40)}`].map((address) =>
    authorize({ chainId, address, nonce: BigInt(index) * 77n }, keyOf(`authority ${index}`)),
  ),
)

/** Every valid transaction of every type, on Ethereum. @param maxNonce for libraries that hold less */
export function transactions(maxNonce: bigint = MAX_NONCE): fc.Arbitrary<Transaction> {
  const common = {
    chainId: fc.constant(1n),
    nonce: numbers(maxNonce),
    gasLimit: numbers(MAX_UINT64),
    value: numbers(MAX_UINT256),
    data,
  }
  const fees = fc
    .tuple(numbers(MAX_UINT256), numbers(MAX_UINT256))
    .map(([a, b]) => (a < b ? { tip: a, cap: b } : { tip: b, cap: a }))
  const created = fc.option(addresses, { nil: undefined })
  const gasPrice = numbers(MAX_UINT256)
  const called = { ...common, to: addresses, accessList: accessLists, fees }
  return fc.oneof(
    fc
      .record({ ...common, type: fc.constant(0 as const), gasPrice, created })
      .map(({ created: to, ...rest }) => withTo(rest, to)),
    fc
      .record({
        ...common,
        type: fc.constant(1 as const),
        gasPrice,
        accessList: accessLists,
        created,
      })
      .map(({ created: to, ...rest }) => withTo(rest, to)),
    fc
      .record({ ...common, type: fc.constant(2 as const), accessList: accessLists, fees, created })
      .map(({ created: to, ...rest }) => withTo(withFees(rest), to)),
    fc
      .record({
        ...called,
        type: fc.constant(3 as const),
        maxFeePerBlobGas: numbers(MAX_UINT256),
        blobVersionedHashes: fc.array(hashes.map(versioned), { minLength: 1, maxLength: 6 }),
      })
      .map(withFees),
    fc
      .record({
        ...called,
        type: fc.constant(4 as const),
        authorizationList: fc.array(fc.constantFrom(...authorizations), {
          minLength: 1,
          maxLength: 3,
        }),
      })
      .map(withFees),
  )
}

function withTo<T>(rest: T, to: string | undefined) {
  return { ...rest, ...(to === undefined ? {} : { to }) }
}

function withFees<T extends { fees: { tip: bigint; cap: bigint } }>({ fees, ...rest }: T) {
  return { ...rest, maxPriorityFeePerGas: fees.tip, maxFeePerGas: fees.cap }
}

function versioned(hash: Uint8Array): Uint8Array {
  return Uint8Array.of(1, ...hash.subarray(1))
}

/** EIP-712's own example, on Ethereum. */
export const mail = JSON.stringify({
  types: {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
    ],
    Person: [
      { name: 'name', type: 'string' },
      { name: 'wallet', type: 'address' },
    ],
    Mail: [
      { name: 'from', type: 'Person' },
      { name: 'to', type: 'Person' },
      { name: 'contents', type: 'string' },
    ],
  },
  primaryType: 'Mail',
  domain: {
    name: 'Ether Mail',
    version: '1',
    chainId: 1,
    verifyingContract: '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC',
  },
  message: {
    from: { name: 'Cow', wallet: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' },
    to: { name: 'Bob', wallet: '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB' },
    contents: 'Hello, Bob!',
  },
})
