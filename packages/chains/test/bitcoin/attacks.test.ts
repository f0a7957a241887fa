import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { messagePayload, psbtPayload, scriptOf } from '../../src/bitcoin/index.ts'
import { ChainError } from '../../src/error.ts'
import { warnings } from '../../src/risk.ts'
import { execute } from './interpreter.ts'
import { encodePsbt, entry, field } from './psbt.ts'
import {
  type Request,
  type Spend,
  explain,
  factsOf,
  payloadOf,
  readRequest,
  truthOf,
  unsignedOf,
  withWitnesses,
  witnessesOf,
} from './request.ts'
import { type Coin, addressOf, coinOf, opReturn, witnessProgram } from './scripts.ts'
import { testWallet } from './wallet.ts'
import { encodeTx, withLength } from './wire.ts'

const wallet = testWallet('victim')
const { chain, account } = wallet

/** Two of our coins by P2WPKH, one by P2TR, and our change. */
const [first, taproot, change, , second] = wallet.coins as [Coin, Coin, Coin, Coin, Coin]
const thief = coinOf('p2wpkh', 'thief')
const shop = coinOf('p2wpkh', 'shop')

const BTC = 100_000_000n

function codesOf(request: Request): string[] {
  return warnings(explain(request, wallet)).map(({ code }) => code)
}

function claimed(request: Request): string[] {
  const { claims, payment } = explain(request, wallet)
  const outpoints = payment.inputs.map(({ outpoint }) => outpoint)
  return claims.flatMap((claim) =>
    claim.kind === 'amount' ? [String(outpoints.indexOf(claim.outpoint))] : [],
  )
}

function refusal(work: () => unknown): string {
  try {
    work()
    return 'accepted'
  } catch (error) {
    if (error instanceof ChainError) return error.code
    throw error
  }
}

describe('a lie about the amount of an input', () => {
  // BIP-143 signs the amount of one input only: two requests, each true about the input that it has
  // signed and lying about the other, make one transaction whose fee nobody was shown.
  const outputs = [{ script: shop.script, amount: 1_000_000n }]
  const lie = { amount: 1n }
  const request = (lies: 'first' | 'second' | 'none', sign: number, proven = false): Request => ({
    inputs: [
      { coin: first, amount: BTC, proven, ...(lies === 'first' ? { shown: lie } : {}) },
      { coin: second, amount: 1_100_000n, proven, ...(lies === 'second' ? { shown: lie } : {}) },
    ],
    outputs,
    sign: [sign],
  })

  test('burns a coin as a fee that no request showed; both requests say that they rest on a claim', () => {
    const one = request('second', 0)
    const two = request('first', 1)
    const truth = truthOf(one)
    const witnesses = [witnessesOf(one, wallet)[0] ?? [], witnessesOf(two, wallet)[1] ?? []]
    const stolen = execute(withWitnesses(unsignedOf(one), witnesses), truth)
    expect(stolen).toMatchObject({ valid: true, fee: BTC + 100_000n })

    // The second request shows a fee of almost nothing, and this is why a claim is not nothing.
    expect(explain(two, wallet).payment.fee).toBe(100_001n)
    expect([claimed(one), claimed(two)]).toEqual([
      ['0', '1'],
      ['0', '1'],
    ])
    expect([codesOf(one), codesOf(two)]).toEqual([
      expect.arrayContaining(['claimed-amount']),
      expect.arrayContaining(['claimed-amount']),
    ])
  })

  test('is refused by who has a node of their own', () => {
    const lying = request('first', 1)
    expect(refusal(() => readRequest(lying, wallet).explain(factsOf(lying)))).toBe('not-valid')
  })

  test('is refused where the previous transaction is there', () => {
    expect(refusal(() => payloadOf(request('first', 1, true)))).toBe('accepted')
    expect(refusal(() => readRequest(request('first', 1, true), wallet))).toBe('not-valid')
  })

  test('control: a proven request, and the facts of a node, leave no claim', () => {
    const honest = request('none', 0)
    expect(claimed(request('none', 0, true))).toEqual([])
    expect(claimed(honest)).toEqual(['0', '1'])
    expect(explain(honest, wallet, factsOf(honest)).claims).toEqual([])
  })

  test('of our only input, or to a Taproot key, is worth nothing to anybody', () => {
    const requests: Request[] = [first, taproot].map((coin) => ({
      inputs: [{ coin, amount: BTC, shown: { amount: 1_100_000n } }],
      outputs,
    }))
    expect(requests.map(claimed)).toEqual([['0'], []])
    for (const request of requests) {
      const raw = withWitnesses(unsignedOf(request), witnessesOf(request, wallet))
      expect(execute(raw, truthOf(request))).toMatchObject({ valid: false })
      const [spend] = request.inputs
      if (!spend) throw new RangeError('one input')
      const honest = { ...request, inputs: [{ coin: spend.coin, amount: spend.amount }] }
      const good = withWitnesses(unsignedOf(honest), witnessesOf(honest, wallet))
      expect(execute(good, truthOf(honest))).toMatchObject({ valid: true })
    }
  })
})

describe('a lie about whose an input is', () => {
  const outputs = [
    { script: change.script, amount: 20_000_000n },
    { script: thief.script, amount: BTC },
  ]
  const hide = (index: number): Request => ({
    inputs: [first, second].map((coin, at) => ({
      coin,
      amount: 60_050_000n,
      ...(at === index ? { shown: { script: thief.script } } : {}),
    })),
    outputs,
    sign: [1 - index],
  })

  test('makes a payment of ours look like half of one; each request says that it rests on a claim', () => {
    const requests = [hide(1), hide(0)]
    const [one, two] = requests as [Request, Request]
    const witnesses = [witnessesOf(one, wallet)[0] ?? [], witnessesOf(two, wallet)[1] ?? []]
    const raw = withWitnesses(unsignedOf(one), witnesses)
    expect(execute(raw, truthOf(one))).toMatchObject({ valid: true })
    // All of it is ours: 100.1 million leave. Each request shows 40.05 million.
    const leaves = requests.map((request) => explain(request, wallet).payment.leaves)
    expect(leaves).toEqual([40_050_000n, 40_050_000n])
    expect(requests.map(claimed)).toEqual([
      ['0', '1'],
      ['0', '1'],
    ])
    const refused = requests.map((request) =>
      refusal(() => readRequest(request, wallet).explain(factsOf(request))),
    )
    expect(refused).toEqual(['not-valid', 'not-valid'])
  })
})

describe('a signature that leaves outputs open', () => {
  const pay = (sighash: number | undefined, coin: Coin): Request => ({
    inputs: [{ coin, amount: BTC, proven: true, ...(sighash === undefined ? {} : { sighash }) }],
    outputs: [
      { script: shop.script, amount: 1_000_000n },
      { script: change.script, amount: 98_000_000n },
    ],
  })
  const everything = [{ script: thief.script, amount: BTC - 1_000n }]

  test.for([
    { name: 'NONE', sighash: 0x02 },
    { name: 'NONE and ANYONECANPAY', sighash: 0x82 },
  ])('$name gives all of the coin to whoever takes it, and says so', ({ sighash }) => {
    for (const coin of [first, taproot]) {
      const request = pay(sighash, coin)
      const theft = { ...unsignedOf(request), outputs: everything }
      const raw = withWitnesses(theft, witnessesOf(request, wallet))
      expect(execute(raw, truthOf(request))).toMatchObject({ valid: true, fee: 1_000n })
      expect(explain(request, wallet).payment).toMatchObject({ outputsFixed: false, leaves: BTC })
      expect(codesOf(request)).toEqual(expect.arrayContaining(['open-outputs', 'sighash']))
    }
  })

  test('SINGLE gives away the change that was shown, and says so', () => {
    for (const coin of [first, taproot]) {
      const request = pay(3, coin)
      const [kept] = unsignedOf(request).outputs
      const outputs = [...(kept ? [kept] : []), { script: thief.script, amount: 98_900_000n }]
      const raw = withWitnesses({ ...unsignedOf(request), outputs }, witnessesOf(request, wallet))
      expect(execute(raw, truthOf(request))).toMatchObject({ valid: true })
      expect(explain(request, wallet).payment).toMatchObject({ outputsFixed: false, leaves: BTC })
      expect(codesOf(request)).toEqual(expect.arrayContaining(['open-outputs', 'sighash']))
    }
  })

  test('ANYONECANPAY lets two payments share one change; neither counts it as coming back', () => {
    const outputs = [
      { script: shop.script, amount: 50_000_000n },
      { script: change.script, amount: 49_000_000n },
    ]
    const half = (coin: Coin): Request => ({
      inputs: [{ coin, amount: BTC, proven: true, sighash: 0x81 }],
      outputs,
    })
    const requests = [half(first), half(second)]
    const both = { inputs: requests.flatMap(({ inputs }) => inputs), outputs }
    const raw = withWitnesses(
      unsignedOf(both),
      requests.map((request) => witnessesOf(request, wallet)[0] ?? []),
    )
    expect(execute(raw, truthOf(both))).toMatchObject({ valid: true, fee: BTC + 1_000_000n })
    for (const request of requests) {
      const { payment } = explain(request, wallet)
      expect(payment).toMatchObject({ outputsFixed: true, leaves: BTC })
      expect(payment).not.toHaveProperty('fee')
      expect(codesOf(request)).toContain('sighash')
    }
  })

  test('control: with ALL nothing can be replaced, and nothing is said', () => {
    for (const coin of [first, taproot]) {
      const request = pay(undefined, coin)
      const witnesses = witnessesOf(request, wallet)
      const theft = withWitnesses({ ...unsignedOf(request), outputs: everything }, witnesses)
      expect(execute(theft, truthOf(request))).toMatchObject({ valid: false })
      expect(
        execute(withWitnesses(unsignedOf(request), witnesses), truthOf(request)),
      ).toMatchObject({ valid: true, fee: BTC / 100n })
      expect(explain(request, wallet).payment).toMatchObject({
        outputsFixed: true,
        leaves: 2_000_000n,
      })
      expect(codesOf(request)).not.toEqual(expect.arrayContaining(['open-outputs']))
      expect(codesOf(request)).not.toEqual(expect.arrayContaining(['sighash']))
    }
  })
})

describe('an output that pretends to be change', () => {
  const path = [0x80000054, 0x80000001, 0x80000000, 1, 0]
  const ours = account.addresses[2]?.publicKey ?? new Uint8Array()
  const oursTaproot = account.addresses[3]?.publicKey.subarray(1) ?? new Uint8Array()
  const to = (script: Uint8Array, ...more: Request['outputs'][number]['more'] & {}): Request => ({
    inputs: [{ coin: first, amount: BTC, proven: true }],
    outputs: [{ script, amount: 99_000_000n, more }],
  })
  const shownAs = (request: Request) => {
    const { payment } = explain(request, wallet)
    return [payment.outputs[0]?.to, payment.leaves] as const
  }

  test('by key paths, our own keys included, is somebody else’s', () => {
    const taprootPath = concatBytes(Uint8Array.of(0), new Uint8Array(24))
    const requests = [
      to(thief.script, field.derivation(0x02, ours, path)),
      to(thief.script, entry(0x05, oursTaproot), entry(0x07, taprootPath, oursTaproot)),
      to(thief.script, entry(0x01, change.script)),
    ]
    expect(requests.map(shownAs)).toEqual(requests.map(() => ['other', BTC]))
  })

  test('by our own key behind a script of the thief is somebody else’s, and the thief can spend it', () => {
    const secret = sha256(utf8ToBytes('thief’s leaf'))
    const leaf = concatBytes(Uint8Array.of(0x20), schnorr.getPublicKey(secret), Uint8Array.of(0xac))
    const tag = schnorr.utils.taggedHash
    const root = tag('TapLeaf', Uint8Array.of(0xc0), withLength(leaf))
    const tweak = secp256k1.Point.Fn.create(
      BigInt(`0x${bytesToHex(tag('TapTweak', oursTaproot, root))}`),
    )
    const internal = secp256k1.Point.fromBytes(concatBytes(Uint8Array.of(2), oursTaproot))
    const output = internal.add(secp256k1.Point.BASE.multiply(tweak)).toBytes()
    const script = witnessProgram(1, output.subarray(1))
    expect(shownAs(to(script, entry(0x05, oursTaproot)))).toEqual(['other', BTC])

    const coin = { script }
    const theft: Request = {
      inputs: [{ coin, amount: BTC }],
      outputs: [{ script: thief.script, amount: BTC - 1_000n }],
    }
    const control = concatBytes(Uint8Array.of(0xc0 | ((output[0] ?? 0) & 1)), oursTaproot)
    const message = tapscriptDigest(theft, root)
    const signature = schnorr.sign(message, secret, new Uint8Array(32))
    const raw = withWitnesses(unsignedOf(theft), [[signature, leaf, control]])
    expect(execute(raw, truthOf(theft))).toMatchObject({ valid: true })
    expect(refusal(() => readRequest(theft, wallet))).toBe('wrong-account')
  })

  test('control: our change is change, our other addresses are ours', () => {
    expect(shownAs(to(change.script))).toEqual(['change', 1_000_000n])
    expect(shownAs(to(second.script))).toEqual(['own', 1_000_000n])
  })

  /** BIP-341 and BIP-342: one input, a leaf, the default type. */
  function tapscriptDigest(request: Request, leafHash: Uint8Array): Uint8Array {
    const tx = unsignedOf(request)
    const bytes = encodeTx(tx)
    const [prevout] = truthOf(request)
    const outputs = bytes.subarray(4 + 1 + 41 + 1, -4)
    const amount = new Uint8Array(8)
    new DataView(amount.buffer).setBigUint64(0, prevout?.amount ?? 0n, true)
    return schnorr.utils.taggedHash(
      'TapSighash',
      Uint8Array.of(0, 0),
      bytes.subarray(0, 4),
      bytes.subarray(-4),
      sha256(bytes.subarray(5, 41)),
      sha256(amount),
      sha256(withLength(prevout?.script ?? new Uint8Array())),
      sha256(bytes.subarray(42, 46)),
      sha256(outputs),
      Uint8Array.of(2, 0, 0, 0, 0),
      leafHash,
      Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff),
    )
  }
})

describe('a script path on a coin of ours', () => {
  test('is refused, whatever field names it', () => {
    const control = concatBytes(Uint8Array.of(0xc0), new Uint8Array(32).fill(1))
    const fields = [
      field.tapLeaf(control, Uint8Array.of(0x51, 0xc0)),
      field.tapRoot(new Uint8Array(32)),
      field.redeemScript(Uint8Array.of(0x51)),
      entry(0x05, Uint8Array.of(0x51)),
    ]
    const refused = [first, taproot].flatMap((coin) =>
      fields.map((one) => {
        const inputs: Spend[] = [{ coin, amount: BTC, proven: true, more: [one] }]
        const outputs = [{ script: shop.script, amount: 1_000n }]
        return refusal(() => readRequest({ inputs, outputs }, wallet))
      }),
    )
    expect(refused).toEqual(refused.map(() => 'unsupported'))
  })
})

describe('an address that is written in another way', () => {
  const segwit = addressOf(thief.script)
  const taprootAddress = addressOf(coinOf('p2tr', 'thief').script)
  // A P2PKH address of the test networks.
  const base58 = 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'
  const swapCase = (text: string, at: number): string => {
    const letter = text.charAt(at)
    const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
    return text.slice(0, at) + other + text.slice(at + 1)
  }

  test('in mixed case is refused, at every letter', () => {
    for (const address of [segwit, taprootAddress, base58]) {
      const letters = Array.from(address).flatMap((letter, at) =>
        /[a-z]/i.test(letter) ? [at] : [],
      )
      const outcomes = letters.map((at) => refusal(() => chain.checkAddress(swapCase(address, at))))
      expect(outcomes).not.toContain('accepted')
      expect(refusal(() => chain.checkAddress(address))).toBe('accepted')
    }
  })

  test('in capitals is the same script in one writing', () => {
    expect(chain.checkAddress(segwit.toUpperCase())).toBe(segwit)
    expect(scriptOf(segwit.toUpperCase())).toEqual(thief.script)
  })

  test('with the checksum of another version of Bech32, or longer by a letter, is refused', () => {
    const program = bytesToHex(coinOf('p2tr', 'thief').script.subarray(2))
    expect(program).toHaveLength(64)
    const longer = `${segwit.slice(0, -1)}q${segwit.slice(-1)}`
    expect(refusal(() => chain.checkAddress(longer))).toBe('checksum')
    expect(refusal(() => chain.checkAddress(segwit.replace('1q', '1p')))).toBe('checksum')
    expect(refusal(() => chain.checkAddress(taprootAddress.replace('1p', '1q')))).toBe('checksum')
  })

  test('of another network is refused by name', () => {
    const main = addressOf(thief.script, 'bc')
    expect(refusal(() => chain.checkAddress(main))).toBe('wrong-chain')
    expect(() => chain.checkAddress(main)).toThrow(/Bitcoin/)
  })
})

describe('a message that is a transaction', () => {
  const address = account.addresses[0]?.address ?? ''
  const request: Request = {
    inputs: [{ coin: first, amount: BTC }],
    outputs: [{ script: thief.script, amount: BTC - 1_000n }],
  }
  const sign = (message: Uint8Array) => chain.read(messagePayload(address, message), account)

  test('is refused: as bytes, hex or Base64, signed or not, as a PSBT or raw', () => {
    const raw = encodeTx(unsignedOf(request))
    const psbt = payloadOf(request).subarray(5)
    const signed = withWitnesses(unsignedOf(request), witnessesOf(request, wallet))
    const writings = [raw, psbt, signed].flatMap((bytes) => [
      bytes,
      utf8ToBytes(bytesToHex(bytes)),
      utf8ToBytes(bytesToHex(bytes).toUpperCase()),
      utf8ToBytes(Buffer.from(bytes).toString('base64')),
    ])
    expect(writings.map((message) => refusal(() => sign(message)))).toEqual(
      writings.map(() => 'wrong-domain'),
    )
  })

  test('has no digest in common with any transaction', () => {
    const digest = readRequest(request, wallet).digests()[0]?.message ?? new Uint8Array()
    const [proof] = sign(digest).digests()
    expect(proof?.message).not.toEqual(digest)
  })

  test('cannot be proven by a PSBT either', () => {
    const proof = {
      version: 0,
      inputs: unsignedOf(request).inputs.map((input) => ({ ...input, sequence: 0 })),
      outputs: [{ amount: 0n, script: Uint8Array.of(0x6a) }],
      lockTime: 0,
    }
    for (const version of [0, 1, 2]) {
      const psbt = encodePsbt({
        global: [field.unsigned(encodeTx({ ...proof, version }))],
        inputs: [[field.output({ script: first.script, amount: 0n })]],
        outputs: [[]],
      })
      expect(refusal(() => chain.read(psbtPayload(psbt), account))).toMatch(
        /wrong-domain|unsupported/,
      )
    }
  })

  test('control: a text is signed', () => {
    expect(sign(utf8ToBytes('I am Alice')).explain().intents).toMatchObject([
      { kind: 'message', text: 'I am Alice' },
    ])
  })
})

describe('between reading and signing', () => {
  const request: Request = {
    inputs: [
      { coin: first, amount: BTC, proven: true },
      { coin: taproot, amount: BTC, proven: true },
    ],
    outputs: [{ script: shop.script, amount: 199_000_000n }],
  }

  test('changed bytes change nothing', () => {
    const payload = payloadOf(request)
    const reading = chain.read(payload, account)
    const before = reading.digests()
    payload.fill(0)
    expect(reading.digests()).toEqual(before)
    expect(reading.assemble(before.map(wallet.sign)).type).toBe('transaction')
  })

  test('signatures in another order, of another wallet or missing are refused', () => {
    const reading = readRequest(request, wallet)
    const signatures = reading.digests().map(wallet.sign)
    const stranger = reading.digests().map(testWallet('stranger').sign)
    const wrong = [signatures.toReversed(), stranger, signatures.slice(1), []]
    expect(wrong.map((list) => refusal(() => reading.assemble(list)))).toEqual(
      wrong.map(() => 'signature'),
    )
  })
})

describe('a fee that eats the payment', () => {
  const pay = (fee: bigint): Request => ({
    inputs: [{ coin: first, amount: BTC, proven: true }],
    outputs: [
      { script: shop.script, amount: 1_000_000n },
      { script: change.script, amount: BTC - 1_000_000n - fee },
    ],
  })

  test('is named', () => {
    expect(codesOf(pay(100_001n))).toContain('high-fee')
    expect(explain(pay(100_001n), wallet).fee).toMatchObject({ max: 100_001n, own: true })
    expect(codesOf(pay(100_000n))).not.toContain('high-fee')
  })

  test('as an output of data is shown with its amount', () => {
    const burn: Request = {
      inputs: [{ coin: first, amount: BTC, proven: true }],
      outputs: [{ script: opReturn(hexToBytes('00')), amount: 99_000_000n }],
    }
    expect(explain(burn, wallet).payment).toMatchObject({
      leaves: BTC,
      outputs: [{ to: 'data', amount: 99_000_000n }],
    })
  })
})
