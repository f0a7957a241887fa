import { secp256k1 } from '@noble/curves/secp256k1.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { type Prevout, execute } from './interpreter.ts'
import { type Coin, type SpendKind, coinOf, opReturn, unlock } from './scripts.ts'
import { type Tx, encodeTx } from './wire.ts'

const kinds: readonly SpendKind[] = ['p2wpkh', 'p2tr', 'p2pkh', 'p2sh-p2wpkh']
const none = new Uint8Array()

/** Spends one coin of every kind; each signature has its own type. */
function spendAll(types: readonly number[]): { tx: Tx; prevouts: Prevout[]; coins: Coin[] } {
  const coins = kinds.map((kind) => coinOf(kind, `control ${kind}`))
  const prevouts = coins.map(({ script }, index) => ({ script, amount: BigInt(10_000 + index) }))
  const unsigned: Tx = {
    version: 2,
    inputs: coins.map((_, index) => ({
      txid: String(index + 1).repeat(64),
      vout: index,
      scriptSig: none,
      sequence: 0xfffffffd,
      witness: [],
    })),
    outputs: coins.map(({ script }) => ({ amount: 9_000n, script })),
    lockTime: 7,
  }
  const bytes = encodeTx(unsigned)
  const inputs = unsigned.inputs.map((input, index) => {
    const coin = coins[index]
    if (!coin) throw new RangeError('a coin for each input')
    return { ...input, ...unlock(coin, bytes, prevouts, index, types[index] ?? 1) }
  })
  return { tx: { ...unsigned, inputs }, prevouts, coins }
}

function withWitness(tx: Tx, input: number, change: (items: Uint8Array[]) => Uint8Array[]): Tx {
  const inputs = tx.inputs.map((one, index) =>
    index === input ? { ...one, witness: change([...one.witness]) } : one,
  )
  return { ...tx, inputs }
}

function flip(bytes: Uint8Array | undefined, at: number): Uint8Array {
  return (bytes ?? none).map((byte, index) => (index === at ? byte ^ 1 : byte))
}

describe('the interpreter that tests trust', () => {
  test('runs every kind of input with every type of signature', () => {
    const rounds = [
      [1, 0, 1, 1],
      [2, 2, 2, 2],
      [3, 3, 3, 3],
      [0x81, 0x81, 0x81, 0x81],
      [0x82, 0x82, 0x82, 0x82],
      [0x83, 0x83, 0x83, 0x83],
      [1, 1, 1, 1],
    ]
    for (const types of rounds) {
      const { tx, prevouts } = spendAll(types)
      expect(execute(encodeTx(tx), prevouts)).toMatchObject({ valid: true, fee: 4_006n })
    }
  })

  test('refuses a wrong amount, except for P2PKH, which does not sign it', () => {
    const { tx, prevouts } = spendAll([1, 0x81, 1, 1])
    const refused = kinds.map((_, lie) => {
      const lying = prevouts.map((prevout, index) =>
        index === lie ? { ...prevout, amount: prevout.amount + 1n } : prevout,
      )
      return !execute(encodeTx(tx), lying).valid
    })
    expect(refused).toEqual([true, true, false, true])
  })

  test('refuses a Taproot signature when the amount of another input is another', () => {
    const { tx, prevouts, coins } = spendAll([0x81, 0, 0x81, 0x81])
    const control = execute(encodeTx(tx), prevouts)
    const amount = prevouts.with(2, { script: coins[2]?.script ?? none, amount: 10_003n })
    expect(control.valid).toBe(true)
    expect(execute(encodeTx(tx), amount)).toMatchObject({ valid: false })
  })

  test("refuses another one's key", () => {
    const { tx, prevouts } = spendAll([1, 0, 1, 1])
    const refused = kinds.map((kind, index) => {
      const amount = BigInt(10_000 + index)
      const other = prevouts.with(index, { ...coinOf(kind, 'other'), amount })
      return !execute(encodeTx(tx), other).valid
    })
    expect(refused).toEqual([true, true, true, true])
  })

  test('refuses a changed output, amount, sequence, version and lock time', () => {
    const { tx, prevouts } = spendAll([1, 0, 1, 1])
    const [first, ...others] = tx.outputs
    const inputs = tx.inputs.map((input) => ({ ...input, sequence: 0xfffffffe }))
    const changed: Tx[] = [
      { ...tx, outputs: others },
      { ...tx, outputs: [{ amount: 8_999n, script: first?.script ?? none }, ...others] },
      { ...tx, outputs: [{ amount: 9_000n, script: opReturn(none) }, ...others] },
      { ...tx, inputs },
      { ...tx, version: 1 },
      { ...tx, lockTime: 8 },
    ]
    expect(changed.map((one) => execute(encodeTx(one), prevouts).valid)).toEqual(
      changed.map(() => false),
    )
  })

  test('refuses a signature with another type than it was made for', () => {
    const { tx, prevouts } = spendAll([1, 1, 1, 1])
    const relabelled = [0, 1, 3].map((input) =>
      withWitness(tx, input, ([signature = none, ...rest]) => [
        concatBytes(signature.subarray(0, -1), Uint8Array.of(0x81)),
        ...rest,
      ]),
    )
    expect(relabelled.map((one) => execute(encodeTx(one), prevouts).valid)).toEqual([
      false,
      false,
      false,
    ])
  })

  test('refuses a tampered, missing or additional item of a witness', () => {
    const { tx, prevouts } = spendAll([1, 0, 1, 1])
    for (const input of [0, 1, 3]) {
      const changed = [
        withWitness(tx, input, ([signature, ...rest]) => [flip(signature, 20), ...rest]),
        withWitness(tx, input, () => []),
        withWitness(tx, input, (items) => [Uint8Array.of(1), ...items]),
      ]
      expect(changed.map((one) => execute(encodeTx(one), prevouts).valid)).toEqual([
        false,
        false,
        false,
      ])
    }
  })

  test('refuses a high s as policy, and takes it as consensus', () => {
    const { tx, prevouts } = spendAll([1, 0, 1, 1])
    const high = withWitness(tx, 0, ([signature = none, ...rest]) => {
      const { r, s } = secp256k1.Signature.fromBytes(signature.subarray(0, -1), 'der')
      const other = new secp256k1.Signature(r, secp256k1.Point.Fn.neg(s)).toBytes('der')
      return [concatBytes(other, Uint8Array.of(1)), ...rest]
    })
    expect(execute(encodeTx(high), prevouts)).toMatchObject({ valid: false })
    expect(execute(encodeTx(high), prevouts, 'consensus')).toMatchObject({ valid: true })
  })

  test('refuses to spend more than there is, an outpoint twice, and bytes after the end', () => {
    const { tx, prevouts } = spendAll([1, 0, 1, 1])
    const [first] = tx.inputs
    const poor = prevouts.map(({ script }) => ({ script, amount: 8_000n }))
    const twice = { ...tx, inputs: [...tx.inputs, ...(first ? [first] : [])] }
    expect(execute(encodeTx(tx), poor)).toMatchObject({ reason: 'spends more than there is' })
    expect(execute(encodeTx(twice), prevouts)).toMatchObject({ valid: false })
    expect(execute(concatBytes(encodeTx(tx), none, Uint8Array.of(0)), prevouts)).toMatchObject({
      valid: false,
    })
  })
})
