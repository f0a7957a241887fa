import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { base64, createBase58check, hex } from '@scure/base'
import { taprootTweakPrivKey } from '@scure/btc-signer/utils.js'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Account, type OwnAddress, account as accountOf } from '../account.ts'
import { encodePayload } from '../payload.ts'
import { warnings } from '../risk.ts'
import { ECDSA, TAPROOT } from '../suite.ts'
import { addressOf, scriptOf } from './address.ts'
import { scriptOfP2tr, scriptOfP2wpkh } from './addresses.ts'
import { concat, idText } from './bytes.ts'
import { proofOf } from './message-proof.ts'
import { messagePayload } from './payloads.ts'
import {
  account,
  chain,
  mainnet,
  ours,
  psbtOf,
  refusal,
  scriptOfOurs,
  sign,
  stranger,
} from './testing.ts'

const vectors =
  process.env['VECTORS_DIR'] ??
  fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url))
const file = `${vectors}/bips/bip-0322-basic-test-vectors.json`

type Vectors = {
  readonly tx_hashes: readonly {
    readonly message: string
    readonly address: string
    readonly to_spend_tx_hash: string
    readonly to_sign_tx_hash: string
  }[]
  readonly simple: readonly {
    readonly message: string
    readonly private_keys: readonly string[]
    readonly address: string
    readonly type: string
    readonly bip322_signatures: readonly string[]
  }[]
}

const text = (message: string): Uint8Array => new TextEncoder().encode(message)
const { address } = ours('p2wpkh')

function read(message: Uint8Array, at = address, of = account) {
  return chain.read(messagePayload(at, message), of)
}

function published(): Vectors {
  return JSON.parse(readFileSync(file, 'utf8')) as Vectors
}

/** An account of one key, in the form that private keys are exported in. */
function accountOfKey(
  exported: string,
  type: string,
): { own: OwnAddress; of: Account; secret: Uint8Array } {
  const secret = createBase58check(sha256).decode(exported).subarray(1, 33)
  const publicKey = secp256k1.getPublicKey(secret)
  const taproot = type === 'p2tr'
  const script = taproot ? scriptOfP2tr(publicKey) : scriptOfP2wpkh(publicKey)
  const own: OwnAddress = {
    type: taproot ? 'p2tr' : 'p2wpkh',
    address: addressOf(script, 'bc') ?? '',
    key: hex.encode(script),
    suite: taproot ? TAPROOT : ECDSA,
    path: [],
    publicKey,
    change: false,
  }
  return { own, of: accountOf(mainnet.id, 0, [own]), secret }
}

test('the transactions of BIP-322 have the ids of its vectors', ({ skip }) => {
  skip(!existsSync(file), 'needs published vectors (VECTORS_DIR)')
  const { tx_hashes } = published()
  for (const { message, address, to_spend_tx_hash, to_sign_tx_hash } of tx_hashes) {
    const { toSpend, toSign } = proofOf(scriptOf(address), text(message))
    expect(idText(toSpend)).toBe(to_spend_tx_hash)
    expect(idText(toSign)).toBe(to_sign_tx_hash)
  }
  expect(tx_hashes).toHaveLength(3)
})

test('signing as the vectors of BIP-322 do gives one of their signatures', ({ skip }) => {
  skip(!existsSync(file), 'needs published vectors (VECTORS_DIR)')
  let checked = 0
  for (const { message, private_keys, address, type, bip322_signatures } of published().simple) {
    const [exported, ...others] = private_keys
    if (exported === undefined || others.length > 0) continue
    const { own, of, secret } = accountOfKey(exported, type)
    expect(own.address).toBe(address)
    const reading = read(text(message), address, of)
    const known = bip322_signatures.map((signature) => signature.replace(/^smp/, ''))
    const made = reading.digests().map(({ message: digest }) => {
      if (type === 'p2tr')
        return schnorr.sign(digest, taprootTweakPrivKey(secret), new Uint8Array(32))
      return concat([secp256k1.sign(digest, secret, { prehash: false }), Uint8Array.of(0)])
    })
    const signed = reading.assemble(made)
    if (signed.type !== 'signature') throw new TypeError('no signature')
    // Schnorr signatures depend on the signer's randomness; the published one must be good as well.
    if (type === 'p2tr') {
      const signature = base64.decode(known[0] ?? '').subarray(2)
      expect(reading.assemble([signature]).type).toBe('signature')
    } else expect(known).toContain(base64.encode(signed.signature))
    checked++
  }
  expect(checked).toBe(3)
})

test.for(['p2wpkh', 'p2tr'] as const)(
  'a message is explained and signed by a %s address',
  (type) => {
    const own = ours(type, 1)
    const bytes = text('Hello World')
    const reading = read(bytes, own.address)
    expect(reading.kind).toBe('message')
    expect(reading.explain()).toEqual({
      chain: mainnet.id,
      account: account.id,
      intents: [{ kind: 'message', address: own.address, bytes, text: 'Hello World' }],
      claims: [],
      uses: [],
    })
    const digests = reading.digests()
    expect(digests).toMatchObject([{ index: 0, suite: own.suite, path: own.path }])
    const signed = reading.assemble(digests.map(sign))
    if (signed.type !== 'signature') throw new TypeError('no signature')
    expect(signed.signature[0]).toBe(type === 'p2tr' ? 1 : 2)
    expect(refusal(() => reading.assemble([])).code).toBe('signature')
    const other = read(text('Hello world'), own.address).digests().map(sign)
    expect(refusal(() => reading.assemble(other)).code).toBe('signature')
  },
)

test('a message of bytes that are no text is shown as such', () => {
  const { intents } = read(Uint8Array.of(0xff, 0xfe)).explain()
  expect(intents).toEqual([{ kind: 'message', address, bytes: Uint8Array.of(0xff, 0xfe) }])
})

test('a byte order mark is no part of the address', () => {
  const marked = encodePayload('message', text(`\u{feff}${address}`), text('hello'))
  expect(refusal(() => chain.read(marked, account)).code).toBe('not-valid')
})

test('who spoils the bytes of an explanation spoils only his own copy', () => {
  const reading = read(text('hello'))
  const before = reading.digests()
  const [intent] = reading.explain().intents
  if (intent?.kind === 'message') intent.bytes.fill(0)
  expect(reading.digests()).toEqual(before)
})

test('a byte order mark is part of the text', () => {
  const { intents } = read(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)).explain()
  expect(intents[0]).toMatchObject({ text: '\u{feff}a' })
})

test('a login in a form that cannot be checked stands out', () => {
  const login = 'site.example wants you to sign in with your Bitcoin account:\nbc1q'
  const codes = (message: string) => warnings(read(text(message)).explain()).map(({ code }) => code)
  expect(codes(login)).toEqual(['near-sign-in'])
  expect(codes('I want to sign in')).toEqual([])
})

test('an address of somebody else cannot sign', () => {
  const other = ours('p2wpkh', 0, false, stranger).address
  expect(refusal(() => read(text('hello'), other))).toEqual({
    code: 'wrong-account',
    field: 'address',
  })
})

test('the address must be as the chain writes it, and of this chain', () => {
  expect(refusal(() => read(text('hello'), address.toUpperCase())).code).toBe('wrong-chain')
  const test = addressOf(scriptOf(address), 'tb') ?? ''
  expect(refusal(() => read(text('hello'), test)).code).toBe('wrong-chain')
  expect(refusal(() => read(text('hello'), `${address.slice(0, -1)}q`)).code).toBe('checksum')
})

const psbt = psbtOf(
  [{ script: scriptOfOurs('p2wpkh'), amount: 10_000n, proven: true }],
  [{ script: scriptOfOurs('p2tr'), amount: 9000n }],
)
const transaction = hex.decode(
  '01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee635711000000',
)
const unsigned = hex.decode(
  '0100000001db6b1b20aa0fd7b23880be2ecbd4a98130974cf4748fb66092ac4d3ceb1a54770100000000feffffff02b8b4eb0b000000001976a914a457b684d7f0d539a46a45bbc043f35b59d0d96388ac0008af2f000000001976a914fd270b1ee6abcaea97fea7ad0402e8bd8ad6d77c88ac92040000',
)

test.for([
  ['a PSBT', psbt],
  ['a PSBT in hex', text(hex.encode(psbt))],
  ['a PSBT in upper case', text(hex.encode(psbt).toUpperCase())],
  ['a PSBT in Base64', text(base64.encode(psbt))],
  ['a PSBT in Base64 and a line break', text(`${base64.encode(psbt)}\n`)],
  ['the beginning of a PSBT', psbt.subarray(0, 9)],
  ['a signed transaction (BIP-143)', transaction],
  ['a signed transaction in hex', text(hex.encode(transaction))],
  ['an unsigned transaction (BIP-143)', unsigned],
  ['an unsigned transaction in hex', text(hex.encode(unsigned))],
  ['an unsigned transaction in Base64', text(base64.encode(unsigned))],
] as const)('a message that is a PSBT or a transaction is refused: %s', ([, bytes]) => {
  expect(refusal(() => read(bytes))).toEqual({ code: 'wrong-domain', field: 'message' })
})

test.for([
  ['nothing', ''],
  ['a number in hex', '00ff'],
  ['a nonce in hex', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  ['letters that Base64 cannot end with', 'abcdefg='],
  ['a sentence', 'I own this address.'],
] as const)('a message may be %s', ([, message]) => {
  expect(read(text(message)).explain().intents).toHaveLength(1)
})

test('an address and a message, and nothing else, are a request', () => {
  const parts = [text(address), text('hello'), text('more')]
  for (const count of [0, 1, 3])
    expect(
      refusal(() => chain.read(encodePayload('message', ...parts.slice(0, count)), account)).code,
    ).toBe('not-valid')
})
