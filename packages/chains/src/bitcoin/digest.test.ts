import { schnorr } from '@noble/curves/secp256k1.js'
import { hex } from '@scure/base'
import { Transaction } from '@scure/btc-signer'
import * as fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { scriptOfKeyHash } from './address.ts'
import { digester } from './digest.ts'
import { parseTransaction } from './transaction.ts'

const vectors =
  process.env['VECTORS_DIR'] ??
  fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url))
const file = `${vectors}/bips/bip-0341-wallet-test-vectors.json`

type Wallet = {
  readonly keyPathSpending: readonly {
    readonly given: {
      readonly rawUnsignedTx: string
      readonly utxosSpent: readonly { scriptPubKey: string; amountSats: number }[]
    }
    readonly inputSpending: readonly {
      readonly given: { txinIndex: number; hashType: number }
      readonly intermediary: { sigHash: string }
      readonly expected: { witness: readonly [string] }
    }[]
  }[]
}

/** BIP-143, "Native P2WPKH". */
const bip143 = {
  unsigned:
    '0100000002fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000000eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac11000000',
  spent: [
    {
      amount: 625_000_000n,
      script: hex.decode('2103c9f4836b9a4f77fc0d81f7bcb01b7f1b35916864b9476c241ce9fc198bd25432ac'),
    },
    { amount: 600_000_000n, script: hex.decode('00141d0f172a0ecb48aee1be1f2687d2963ae33f71a1') },
  ],
  digest: 'c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670',
}

test('the example of BIP-143 has the hash that it prints', () => {
  const transaction = parseTransaction(hex.decode(bip143.unsigned), 'transaction')
  expect(hex.encode(digester(transaction, bip143.spent).segwit(1, 1))).toBe(bip143.digest)
})

/** BIP-341's wallet vectors: one transaction, seven inputs, four sighash types. */
test('every hash and signature of the vectors of BIP-341 is right', ({ skip }) => {
  skip(!existsSync(file), 'needs published vectors (VECTORS_DIR)')
  const wallet = JSON.parse(readFileSync(file, 'utf8')) as Wallet
  let checked = 0
  for (const { given, inputSpending } of wallet.keyPathSpending) {
    const transaction = parseTransaction(hex.decode(given.rawUnsignedTx), 'transaction')
    const spent = given.utxosSpent.map(({ scriptPubKey, amountSats }) => ({
      amount: BigInt(amountSats),
      script: hex.decode(scriptPubKey),
    }))
    const digests = digester(transaction, spent)
    for (const { given, intermediary, expected } of inputSpending) {
      const digest = digests.taproot(given.txinIndex, given.hashType)
      expect(hex.encode(digest)).toBe(intermediary.sigHash)
      const signature = hex.decode(expected.witness[0]).subarray(0, 64)
      const key = spent[given.txinIndex]?.script.subarray(2) ?? new Uint8Array()
      expect(schnorr.verify(signature, digest, key)).toBe(true)
      checked++
    }
  }
  expect(checked).toBe(7)
})

/** Transactions of any shape. */
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const amount = fc.bigInt({ min: 0n, max: 1_000_000_000n })
const program = fc.oneof(
  bytes(20).map((hash) => Uint8Array.from([0, 20, ...hash])),
  bytes(32).map((key) => Uint8Array.from([0x51, 32, ...key])),
)
const shape = fc.record({
  version: fc.integer({ min: 1, max: 2 }),
  lockTime: u32,
  inputs: fc.array(
    fc.record({
      txid: bytes(32),
      index: fc.integer({ min: 0, max: 1000 }),
      sequence: u32,
      amount,
      script: program,
    }),
    { minLength: 1, maxLength: 5 },
  ),
  outputs: fc.array(fc.record({ amount, script: program }), { minLength: 1, maxLength: 5 }),
})
const types = [0, 1, 2, 3, 0x81, 0x82, 0x83]

test('another library computes the same hashes for every sighash type', () => {
  let compared = 0
  fc.assert(
    fc.property(shape, ({ version, lockTime, inputs, outputs }) => {
      const lenient = {
        allowUnknownOutputs: true,
        disableScriptCheck: true,
        allowUnknownInputs: true,
      }
      const theirs = new Transaction({ version, lockTime, ...lenient })
      for (const { txid, index, sequence, amount, script } of inputs)
        theirs.addInput({ txid, index, sequence, witnessUtxo: { amount, script } })
      for (const output of outputs) theirs.addOutput(output)
      const ours = digester(parseTransaction(theirs.unsignedTx, 'transaction'), inputs)
      const scripts = inputs.map(({ script }) => script)
      const amounts = inputs.map(({ amount }) => amount)
      for (const [index, { script, amount }] of inputs.entries()) {
        for (const type of types) {
          if ((type & 3) === 3 && index >= outputs.length) continue
          const taproot = theirs.preimageWitnessV1(index, scripts, type, amounts)
          expect(ours.taproot(index, type)).toEqual(taproot)
          const code = scriptOfKeyHash(script.subarray(2))
          if (type !== 0 && script[0] === 0)
            expect(ours.segwit(index, type)).toEqual(
              theirs.preimageWitnessV0(index, code, type, amount),
            )
          compared++
        }
      }
    }),
    { seed: 341, numRuns: 200 },
  )
  expect(compared).toBeGreaterThan(2000)
})
