import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { recoverAuthorizationAddress, hashAuthorization } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { encodePayload } from '../payload.ts'
import {
  OTHER,
  addressOf,
  alice,
  authorize,
  chain,
  keyOf,
  plain,
  privateKey,
  self,
  sign,
} from './evm.fixture.ts'
import { authorizationPayload, transactionPayload } from './payloads.ts'
import { encodeRlp } from './rlp.ts'
import { serializeUnsigned } from './serialize-transaction.ts'
import type { SignedAuthorization } from './transaction.ts'

const ZERO = `0x${'0'.repeat(40)}`
const bob = keyOf('bob')

function setCode(...authorizationList: SignedAuthorization[]): Uint8Array {
  return transactionPayload(serializeUnsigned({ ...plain, type: 4, authorizationList }))
}

describe('an authorization to sign', () => {
  test('viem has the same digest and recovers our address from the signature', async () => {
    for (const [chainId, nonce] of [
      [1n, 0n],
      [0n, 2n ** 53n - 1n],
      [1n, 300n],
    ] as const) {
      const authorization = { chainId, address: OTHER, nonce }
      const reading = chain.read(authorizationPayload(authorization), alice)
      const [digest] = reading.digests()
      const other = {
        chainId: Number(chainId),
        nonce: Number(nonce),
        address: OTHER as `0x${string}`,
      }
      const message = digest?.message ?? new Uint8Array()
      expect(`0x${bytesToHex(message)}`).toBe(hashAuthorization(other))

      const signed = reading.assemble([sign(message)])
      const signature = signed.type === 'signature' ? signed.signature : new Uint8Array()
      expect(signature[64]).toBeLessThan(2)
      const address = await recoverAuthorizationAddress({
        authorization: other,
        signature: {
          r: `0x${bytesToHex(signature.subarray(0, 32))}`,
          s: `0x${bytesToHex(signature.subarray(32, 64))}`,
          yParity: signature[64] ?? 2,
        },
      })
      expect(address).toBe(self)
    }
  })

  test('hands over the account, costs nothing and uses a nonce', () => {
    const payload = authorizationPayload({ chainId: 0n, address: OTHER, nonce: 5n })
    expect(chain.read(payload, alice).explain()).toEqual({
      chain: 'eip155:1',
      account: alice.id,
      intents: [
        { kind: 'delegate', authority: self, own: true, to: OTHER, chainId: 0n, nonce: 5n },
      ],
      claims: [],
      uses: [{ kind: 'nonce', account: alice.id, nonce: 5n }],
    })
  })

  test('to nobody takes a delegation back', () => {
    const payload = authorizationPayload({ chainId: 1n, address: ZERO, nonce: 5n })
    expect(chain.read(payload, alice).explain().intents).toEqual([
      { kind: 'revoke', what: 'delegation', asset: alice.id, by: 'permit' },
    ])
  })

  test('an authorization for another chain is refused', () => {
    for (const chainId of [2n, 10n, 2n ** 64n + 1n])
      expect(() =>
        chain.read(authorizationPayload({ chainId, address: OTHER, nonce: 0n }), alice),
      ).toThrow(expect.objectContaining({ code: 'wrong-chain' }))
  })

  test('an authorization that is not exactly three fields is refused', () => {
    const to = hexToBytes(OTHER.slice(2))
    const none = new Uint8Array()
    const one = Uint8Array.of(1)
    const read = (list: Uint8Array) => () => chain.read(encodePayload('authorization', list), alice)
    expect(read(encodeRlp([one, to, none]))().kind).toBe('authorization')
    expect(read(encodeRlp([one, to]))).toThrow('chain id, address and nonce')
    expect(read(encodeRlp([one, to, none, none]))).toThrow('chain id, address and nonce')
    expect(read(encodeRlp([one, to, none, none, one, one]))).toThrow('chain id, address and nonce')
    expect(read(encodeRlp([one, none, none]))).toThrow('authorization.address')
    expect(read(encodeRlp([one, to, Uint8Array.of(0)]))).toThrow('authorization.nonce')
    expect(read(Uint8Array.of(5, ...encodeRlp([one, to, none])))).toThrow('authorization')
    expect(read(none)).toThrow('authorization')
  })
})

describe('authorizations in a transaction', () => {
  test('each is listed before the call: ours, another’s, another chain’s, and one taken back', () => {
    const payload = setCode(
      authorize({ chainId: 1n, address: OTHER, nonce: 10n }, privateKey),
      authorize({ chainId: 0n, address: OTHER, nonce: 1n }, bob),
      authorize({ chainId: 137n, address: OTHER, nonce: 2n }, bob),
      authorize({ chainId: 1n, address: ZERO, nonce: 3n }, bob),
      authorize({ chainId: 0n, address: ZERO, nonce: 4n }, bob),
      authorize({ chainId: 137n, address: ZERO, nonce: 5n }, bob),
    )
    const theirs = addressOf(bob)
    const delegate = { kind: 'delegate', to: OTHER }
    const revoke = { kind: 'revoke', what: 'delegation', by: 'call' }
    expect(chain.read(payload, alice).explain().intents).toEqual([
      { ...delegate, authority: self, own: true, chainId: 1n, nonce: 10n },
      { ...delegate, authority: theirs, own: false, chainId: 0n, nonce: 1n },
      { ...delegate, authority: theirs, own: false, chainId: 137n, nonce: 2n },
      { ...revoke, asset: `eip155:1:${theirs}` },
      { ...revoke, asset: `eip155:1:${theirs}` },
      { ...revoke, asset: `eip155:137:${theirs}` },
      expect.objectContaining({ kind: 'transfer', amount: plain.value }),
    ])
  })

  test('an authorization whose signer nobody can say is refused', () => {
    const good = authorize({ chainId: 1n, address: OTHER, nonce: 1n }, bob)
    const order = secp256k1.Point.Fn.ORDER
    const bad: SignedAuthorization[] = [
      { ...good, s: order - good.s, yParity: 1n - good.yParity },
      { ...good, r: 0n },
      { ...good, s: 0n },
      { ...good, r: order },
      // No point of the curve has this x.
      { ...good, r: 5n },
    ]
    expect(chain.read(setCode(good), alice).kind).toBe('transaction')
    for (const authorization of bad)
      expect(() => chain.read(setCode(good, authorization), alice)).toThrow(
        expect.objectContaining({
          code: 'signature',
          field: 'transaction.authorizationList[1]',
        }),
      )
  })

  test('more authorizations than a transaction can pay for are refused', () => {
    const one = authorize({ chainId: 1n, address: OTHER, nonce: 1n }, bob)
    const many = (count: number) => () => setCode(...Array.from({ length: count }, () => one))
    expect(many(671)).not.toThrow()
    expect(many(672)).toThrow(expect.objectContaining({ code: 'limit' }))
  })
})
