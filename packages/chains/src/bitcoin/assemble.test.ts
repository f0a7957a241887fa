import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hex } from '@scure/base'
import { hash160 } from '@scure/btc-signer/utils.js'
import { Transaction } from '@scure/btc-signer'
import { expect, test } from 'vitest'
import { concat, sized } from './bytes.ts'
import { normalizePsbt, parsePsbt } from './psbt.ts'
import { valueAt } from './psbt-maps.ts'
import {
  type Coin,
  type Out,
  account,
  edited,
  ours,
  psbtOf,
  read,
  refusal,
  scriptOfOurs,
  secretAt,
  sign,
  stranger,
  transactionOf,
} from './testing.ts'

const segwit: Coin = { script: scriptOfOurs('p2wpkh', 0), amount: 100_000n, proven: true }
const taproot: Coin = { script: scriptOfOurs('p2tr', 1), amount: 50_000n }
const foreign: Coin = {
  script: scriptOfOurs('p2wpkh', 0, false, stranger),
  amount: 40_000n,
  proven: true,
}
const outputs: readonly Out[] = [
  { script: foreign.script, amount: 20_000n },
  { script: scriptOfOurs('p2tr', 0, true), amount: 20_000n },
]
const coins = [segwit, taproot]

function signedByLibrary(of: readonly Coin[]): Transaction {
  const theirs = transactionOf(of, outputs)
  for (const [index, { script }] of of.entries()) {
    const own = account.own.get(hex.encode(script))
    if (!own) continue
    if (own.type === 'p2tr')
      theirs.updateInput(index, { tapInternalKey: own.publicKey.subarray(1) })
    const any = [0, 1, 2, 3, 0x81, 0x82, 0x83]
    theirs.signIdx(secretAt(own.path), index, any, new Uint8Array(32))
  }
  return theirs
}

test.for([
  ['both kinds', coins],
  ['P2WPKH', [segwit]],
  ['Taproot', [taproot, { ...taproot, salt: 4 }]],
  ['ALL with a byte of its own', [{ ...taproot, sighash: 1 }]],
  [
    'NONE',
    [
      { ...segwit, sighash: 2 },
      { ...taproot, sighash: 2 },
    ],
  ],
  [
    'SINGLE',
    [
      { ...segwit, sighash: 3 },
      { ...taproot, sighash: 3 },
    ],
  ],
  [
    'ALL, anyone can pay',
    [
      { ...segwit, sighash: 0x81 },
      { ...taproot, sighash: 0x81 },
    ],
  ],
  [
    'SINGLE, anyone can pay',
    [
      { ...segwit, sighash: 0x83 },
      { ...taproot, sighash: 0x83 },
    ],
  ],
] as const)('another library makes the same transaction: %s', ([, of]) => {
  const theirs = signedByLibrary(of)
  theirs.finalize()
  const reading = read(psbtOf(of, outputs))
  const signed = reading.assemble(reading.digests().map(sign))
  expect(signed).toMatchObject({ type: 'transaction', id: theirs.id, raw: theirs.extract() })
})

test('a finished request is also a PSBT that another library extracts', () => {
  const reading = read(psbtOf(coins, outputs))
  const signed = reading.assemble(reading.digests().map(sign))
  if (signed.type !== 'transaction' || !signed.psbt) throw new TypeError('not finished')
  expect(Transaction.fromPSBT(signed.psbt).extract()).toEqual(signed.raw)
  // Its inputs are final: nothing of the way there is left.
  expect(valueAt(parsePsbt(signed.psbt).inputs[0] ?? [], 2)).toBeUndefined()
})

test.for([
  ['all of it', coins],
  ['the part that is ours', [segwit, taproot, foreign]],
  ['a type with a byte of its own', [{ ...taproot, sighash: 0x83 }]],
] as const)('another library makes our signatures final: %s', ([, of]) => {
  const reading = read(psbtOf(of, outputs))
  const signed = reading.assemble(reading.digests().map(sign))
  if (signed.type !== 'transaction' && signed.type !== 'partial') throw new TypeError('no PSBT')
  const { unfinalized = new Uint8Array() } = signed
  // In order, or it would not be read again.
  parsePsbt(unfinalized)
  const theirs = Transaction.fromPSBT(unfinalized)
  const isOurs = of.map(({ script }) => account.own.has(hex.encode(script)))
  for (const [index, own] of isOurs.entries()) if (own) theirs.finalizeIdx(index)
  if (signed.type === 'transaction') expect(theirs.extract()).toEqual(signed.raw)
  else expect(theirs.toPSBT(0)).toEqual(Transaction.fromPSBT(signed.raw).toPSBT(0))
})

test('with others to sign, our inputs are final and theirs are untouched', () => {
  const psbt = edited(psbtOf([segwit, foreign], outputs), 2, [[3, Uint8Array.of(1, 0, 0, 0)]])
  const reading = read(psbt)
  const signed = reading.assemble(reading.digests().map(sign))
  expect(signed.type).toBe('partial')
  if (signed.type !== 'partial') return
  const [before, after] = [parsePsbt(psbt), parsePsbt(signed.raw)]
  expect(after.inputs[1]?.map(({ key, value }) => [key, value])).toEqual(
    before.inputs[1]?.map(({ key, value }) => [key, value]),
  )
  expect(after.unsigned).toEqual(before.unsigned)

  // The other side finishes it, from a PSBT of another order.
  const theirs = Transaction.fromPSBT(signed.raw)
  const path = ours('p2wpkh', 0, false, stranger).path
  theirs.signIdx(secretAt(path), 1)
  theirs.finalizeIdx(1)
  expect(theirs.isFinal).toBe(true)
})

test('the last one to sign gets the transaction', () => {
  const theirs = transactionOf([foreign, segwit], outputs)
  theirs.signIdx(secretAt(ours('p2wpkh', 0, false, stranger).path), 0)
  theirs.finalizeIdx(0)
  const half = theirs.toPSBT(0)
  const reading = read(normalizePsbt(half))
  expect(reading.digests()).toHaveLength(1)
  const signed = reading.assemble(reading.digests().map(sign))
  theirs.signIdx(secretAt(ours('p2wpkh').path), 1)
  theirs.finalizeIdx(1)
  expect(signed).toMatchObject({ type: 'transaction', id: theirs.id, raw: theirs.extract() })
})

test('a final script of somebody else goes into the transaction and its id', () => {
  const redeem = concat([
    Uint8Array.of(0, 20),
    hash160(ours('p2wpkh', 0, false, stranger).publicKey),
  ])
  const script = concat([Uint8Array.of(0xa9, 20), hash160(redeem), Uint8Array.of(0x87)])
  const psbt = psbtOf([segwit, { script, amount: 9000n }], outputs)
  const witness = Uint8Array.of(1, 1, 7)
  const final = edited(psbt, 2, [
    [7, concat(sized(redeem))],
    [8, witness],
  ])
  const reading = read(final)
  const signed = reading.assemble(reading.digests().map(sign))
  if (signed.type !== 'transaction') throw new TypeError('not finished')
  const parsed = Transaction.fromRaw(signed.raw, { allowUnknownOutputs: true })
  expect(parsed.id).toBe(signed.id)
  expect(parsed.getInput(1).finalScriptSig).toEqual(concat(sized(redeem)))
})

test('a final witness that is none is refused', () => {
  const psbt = psbtOf([segwit, foreign], outputs)
  for (const witness of [
    Uint8Array.of(1),
    Uint8Array.of(1, 1, 7, 0),
    Uint8Array.of(0xfd, 1, 0, 1, 7),
  ])
    expect(refusal(() => read(edited(psbt, 2, [[8, witness]]))).field).toBe(
      'inputs[1].finalWitness',
    )
})

test('a signature of another key or message is refused', () => {
  const reading = read(psbtOf(coins, outputs))
  const digests = reading.digests()
  const good = digests.map(sign)
  const other = read(psbtOf(coins, outputs.slice(0, 1)))
    .digests()
    .map(sign)
  const [ecdsa = new Uint8Array(), schnorr = new Uint8Array()] = good
  const wrong: readonly (readonly Uint8Array[])[] = [
    [other[0] ?? ecdsa, schnorr],
    [ecdsa, other[1] ?? schnorr],
    [schnorr, ecdsa],
    [ecdsa.with(3, (ecdsa[3] ?? 0) ^ 1), schnorr],
    [ecdsa, schnorr.with(63, (schnorr[63] ?? 0) ^ 1)],
    [ecdsa.subarray(0, 64), schnorr],
    [ecdsa, concat([schnorr, Uint8Array.of(0)])],
    [new Uint8Array(65), schnorr],
    [ecdsa, new Uint8Array(64)],
    [ecdsa],
    [],
    [...good, ecdsa],
  ]
  for (const signatures of wrong)
    expect(refusal(() => reading.assemble(signatures)).code).toBe('signature')
  expect(reading.assemble(good).type).toBe('transaction')
})

test('a signature with high s is refused', () => {
  const reading = read(psbtOf([segwit], outputs))
  const [low = new Uint8Array()] = reading.digests().map(sign)
  const { r, s } = secp256k1.Signature.fromBytes(low.subarray(0, 64))
  const high = new secp256k1.Signature(r, secp256k1.Point.Fn.neg(s)).toBytes('compact')
  const [digest] = reading.digests()
  // The control: it is a signature, only not the one that is relayed.
  expect(
    secp256k1.verify(high, digest?.message ?? new Uint8Array(), ours('p2wpkh').publicKey, {
      prehash: false,
      lowS: false,
    }),
  ).toBe(true)
  expect(refusal(() => reading.assemble([concat([high, Uint8Array.of(0)])])).code).toBe('signature')
})
