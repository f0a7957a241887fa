import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { getCreateAddress } from 'ethers'
import { encodeFunctionData, hashMessage, parseAbi } from 'viem'
import { describe, expect, test } from 'vitest'
import { account } from '../account.ts'
import type { Facts } from '../intent.ts'
import { networks } from '../networks.ts'
import { MAX_PAYLOAD, encodePayload } from '../payload.ts'
import { ECDSA } from '../suite.ts'
import {
  OTHER,
  accountOf,
  alice,
  authorizations,
  chain,
  keyOf,
  mail,
  plain,
  self,
  sign,
} from './evm.fixture.ts'
import { evm } from './evm.ts'
import { messagePayload, transactionPayload, typedDataPayload } from './payloads.ts'
import { serializeUnsigned } from './serialize-transaction.ts'
import type { Transaction } from './transaction.ts'

const read = (transaction: Transaction) =>
  chain.read(transactionPayload(serializeUnsigned(transaction)), alice)
const readText = (text: string) => chain.read(messagePayload(utf8ToBytes(text)), alice)
const legacy = { ...plain, type: 0, gasPrice: 20_000_000_000n } as const

describe('a transaction', () => {
  test('of EIP-155’s example has its hash and its signed bytes', () => {
    const reading = read(legacy)
    const [digest] = reading.digests()
    const message = digest?.message ?? new Uint8Array()
    expect(bytesToHex(message)).toBe(
      'daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53',
    )
    expect(digest).toEqual({ index: 0, suite: ECDSA, path: [60, 0], message })
    const signed = reading.assemble([sign(message)])
    expect(signed.type === 'transaction' && bytesToHex(signed.raw)).toBe(
      'f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025' +
        'a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276' +
        'a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
    )
  })

  test('the digest is of the bytes that were explained', () => {
    const payload = transactionPayload(serializeUnsigned(plain))
    const before = chain.read(payload, alice)
    const explained = before.explain()
    const [digest] = before.digests()

    // Whoever holds the buffer writes another transaction into it, or into what it was given.
    const reading = chain.read(payload, alice)
    const other = transactionPayload(serializeUnsigned({ ...plain, value: plain.value - 1n }))
    expect(other.length).toBe(payload.length)
    payload.set(other)
    reading.digests()[0]?.message.fill(7)
    expect(reading.explain()).toEqual(explained)
    expect(reading.digests()).toEqual([digest])
    const signed = reading.assemble([sign(digest?.message ?? new Uint8Array())])
    expect(signed).toEqual(before.assemble([sign(digest?.message ?? new Uint8Array())]))

    const message = utf8ToBytes('pay 1')
    const messages = messagePayload(message)
    const text = chain.read(messages, alice)
    messages[messages.length - 1] = 0x39
    expect(text.explain().intents).toMatchObject([{ text: 'pay 1', bytes: message }])
    const [signedMessage] = text.digests()
    expect(`0x${bytesToHex(signedMessage?.message ?? message)}`).toBe(hashMessage('pay 1'))
    // A buffer of Node is a view of a pool, and its `slice` is another.
    const pool = Buffer.from(transactionPayload(serializeUnsigned(plain)))
    const pooled = chain.read(pool, alice)
    pool.fill(0)
    expect(pooled.digests()).toEqual([digest])

    // What Node gives as a `Buffer` has a `slice` that is no copy.
    const buffer = Buffer.from(messagePayload(message))
    const buffered = chain.read(buffer, alice)
    buffer[buffer.length - 1] = 0x39
    expect(buffered.explain().intents).toMatchObject([{ text: 'pay 1', bytes: message }])
    const given = Buffer.from(sign(signedMessage?.message ?? message))
    const asGiven = Uint8Array.from(given)
    expect(buffered.assemble([given])).toMatchObject({ signature: { length: 65 } })
    expect(Uint8Array.from(given)).toEqual(asGiven)

    // The control: the buffer as it is now is read as what it now says.
    expect(chain.read(payload, alice).digests()).not.toEqual([digest])
    expect(chain.read(messages, alice).explain().intents).toMatchObject([{ text: 'pay 9' }])
  })

  test('without data moves coins, also none and to the own account', () => {
    const transfer = { kind: 'transfer', asset: 'eip155:1/slip44:60', from: self, fromOwn: true }
    expect(read(plain).explain()).toEqual({
      chain: 'eip155:1',
      account: alice.id,
      intents: [{ ...transfer, amount: 10n ** 18n, to: OTHER, toOwn: false }],
      fee: {
        asset: 'eip155:1/slip44:60',
        max: 21_000n * 20_000_000_000n,
        payer: self,
        own: true,
      },
      claims: [],
      uses: [{ kind: 'nonce', account: alice.id, nonce: 9n }],
    })
    expect(read({ ...plain, value: 0n, to: self.toLowerCase() }).explain().intents).toEqual([
      { ...transfer, amount: 0n, to: self, toOwn: true },
    ])
  })

  test('without recipient creates a contract, and says where', () => {
    const { to: _to, ...rest } = plain
    const creation = { ...rest, data: new Uint8Array(300), value: 5n, nonce: 0n }
    expect(read(creation).explain().intents).toEqual([
      {
        kind: 'create',
        value: 5n,
        codeLength: 300,
        address: getCreateAddress({ from: self, nonce: 0 }),
      },
    ])
  })

  test('with data is read as a call, and its coins never vanish', () => {
    const abi = parseAbi(['function transfer(address to, uint256 amount)', 'function pay(uint256)'])
    const encoded = (name: 'transfer' | 'pay') =>
      hexToBytes(
        (name === 'pay'
          ? encodeFunctionData({ abi, functionName: 'pay', args: [1n] })
          : encodeFunctionData({
              abi,
              functionName: 'transfer',
              args: [self as `0x${string}`, 7n],
            })
        ).slice(2),
      )
    const token = { ...plain, value: 0n, data: encoded('transfer') }
    expect(read(token).explain().intents).toMatchObject([
      { kind: 'transfer', asset: `eip155:1/erc20:${OTHER}`, amount: 7n, to: self },
    ])
    for (const data of [encoded('transfer'), encoded('pay'), Uint8Array.of(1, 2, 3)])
      expect(read({ ...plain, data }).explain().intents).toMatchObject([
        { kind: 'call', target: OTHER, value: plain.value, dataLength: data.length },
      ])
  })

  test('with blobs pays for them, and is signed without them', () => {
    const hash = Uint8Array.of(1, ...new Uint8Array(31))
    const reading = read({
      ...plain,
      type: 3,
      maxFeePerBlobGas: 3n,
      blobVersionedHashes: [hash, hash],
    })
    expect(reading.explain().fee?.max).toBe(21_000n * 20_000_000_000n + 2n * 131_072n * 3n)
    const [digest] = reading.digests()
    expect(reading.assemble([sign(digest?.message ?? hash)]).type).toBe('partial')
  })

  test('a transaction for another chain is refused', () => {
    for (const transaction of [plain, legacy])
      for (const chainId of [0n, 2n, 137n, 2n ** 64n + 1n])
        expect(() => read({ ...transaction, chainId })).toThrow(
          expect.objectContaining({ code: 'wrong-chain', field: 'transaction.chainId' }),
        )
    // The same bytes are right where they belong.
    const polygon = networks.find(({ id }) => id === 'eip155:137')
    if (!polygon) throw new Error('no network')
    const there = account(polygon.id, 0, alice.addresses)
    const payload = transactionPayload(serializeUnsigned({ ...plain, chainId: 137n }))
    expect(evm(polygon).read(payload, there).explain().chain).toBe('eip155:137')
  })

  test('a signature by another key is refused', () => {
    const reading = read(plain)
    const [digest] = reading.digests()
    const message = digest?.message ?? new Uint8Array()
    const good = sign(message)
    expect(reading.assemble([good]).type).toBe('transaction')
    for (const signatures of [[sign(message, keyOf('mallory'))], [], [good, good]])
      expect(() => reading.assemble(signatures)).toThrow(
        expect.objectContaining({ code: 'signature' }),
      )
  })
})

describe('every request', () => {
  const requests = [
    transactionPayload(serializeUnsigned(plain)),
    transactionPayload(
      serializeUnsigned({ ...plain, type: 4, authorizationList: authorizations.slice(0, 2) }),
    ),
    messagePayload(utf8ToBytes('hello')),
    typedDataPayload('v4', mail),
  ]

  test('is signed as the same bytes whatever the reader knows', () => {
    const facts: Facts = {
      tokens: new Map([[OTHER, { standard: 'erc721', symbol: 'X', decimals: 0 }]]),
    }
    for (const request of requests) {
      const reading = chain.read(request, alice)
      const before = reading.digests()
      reading.explain(facts)
      expect(reading.digests()).toEqual(before)
    }
  })

  test('a payload with parts too many is refused', () => {
    const parts = { transaction: serializeUnsigned(plain), message: utf8ToBytes('hello') }
    for (const [kind, part] of Object.entries(parts) as ['message', Uint8Array][]) {
      expect(chain.read(encodePayload(kind, part), alice).kind).toBe(kind)
      expect(() => chain.read(encodePayload(kind, part, part), alice)).toThrow('expected one part')
      expect(() => chain.read(encodePayload(kind), alice)).toThrow('expected one part')
    }
  })

  test('of another family is refused', () => {
    for (const kind of ['psbt', 'off-chain-message'] as const)
      expect(() => chain.read(encodePayload(kind, new Uint8Array(1)), alice)).toThrow(
        expect.objectContaining({ code: 'unsupported' }),
      )
  })

  test('an account of another network is refused', () => {
    const [own] = alice.addresses
    if (!own) throw new Error('no address')
    const others = [
      account('eip155:137', 0, [own]),
      account('eip155:1', 0, [own, ...accountOf(keyOf('second')).addresses]),
      account('eip155:1', 0, [{ ...own, type: 'solana' }]),
    ]
    for (const request of requests) {
      expect(chain.read(request, alice).explain().account).toBe(alice.id)
      for (const other of others)
        expect(() => chain.read(request, other)).toThrow(
          expect.objectContaining({ code: 'wrong-account' }),
        )
    }
  })

  test('any bytes are refused in our words', () => {
    let state = keyOf('bytes')
    for (let round = 0; round < 2000; round += 1) {
      state = keyOf(bytesToHex(state))
      const bytes = Uint8Array.of((round % 7) + 1, 0, 0, 0, round % 28, ...state.subarray(0, 27))
      try {
        chain.read(bytes, alice)
      } catch (error) {
        expect(error).toMatchObject({ name: 'ChainError' })
      }
    }
    expect(() => chain.read(new Uint8Array(MAX_PAYLOAD + 1), alice)).toThrow('at most')
  })

  test('the largest one is read', () => {
    const data = new Uint8Array(MAX_PAYLOAD - 200).fill(0xff)
    expect(read({ ...plain, data }).explain().intents).toMatchObject([
      { kind: 'call', dataLength: data.length, value: plain.value },
    ])
    const hex = 'f'.repeat(MAX_PAYLOAD - 100)
    expect(readText(hex).explain().intents).toMatchObject([{ kind: 'message', text: hex }])
    // What costs the most for its length: marks out of order, and almost an address.
    const marks = `a${'\u0301\u0316'.repeat((MAX_PAYLOAD - 100) / 4)}`
    expect(readText(marks).explain().intents).toMatchObject([{ kind: 'message', text: marks }])
    const host = `[:${'1.'.repeat((MAX_PAYLOAD - 200) / 2)}x]`
    const login = `${host} wants you to sign in with your Ethereum account:\n${self}`
    expect(readText(login).explain().intents).toMatchObject([{ nearSignIn: true }])
  })
})
