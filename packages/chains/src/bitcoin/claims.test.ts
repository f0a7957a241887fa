import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePsbt } from './psbt.ts'
import { valueAt } from './psbt-maps.ts'
import type { Facts } from '../intent.ts'
import {
  type Coin,
  type Out,
  edited,
  psbtOf,
  read,
  refusal,
  scriptOfOurs,
  stranger,
  account,
} from './testing.ts'
import { hex } from '@scure/base'
import { concat, sized, u64 } from './bytes.ts'

const outputs: readonly Out[] = [
  { script: scriptOfOurs('p2wpkh', 0, false, stranger), amount: 10_000n },
]
const segwit: Coin = { script: scriptOfOurs('p2wpkh', 0), amount: 100_000n }
const taproot: Coin = { script: scriptOfOurs('p2tr', 0), amount: 50_000n }
const foreign: Coin = { script: scriptOfOurs('p2wpkh', 0, false, stranger), amount: 30_000n }
const proven = (coin: Coin): Coin => ({ ...coin, proven: true })
const open = (coin: Coin, sighash = 0x81): Coin => ({ ...coin, sighash })

/** Numbers of the inputs that are only claimed. */
function claimed(coins: readonly Coin[], indexes?: readonly number[], facts?: Facts): number[] {
  const { claims, intents } = read(psbtOf(coins, outputs), indexes).explain(facts)
  const [payment] = intents
  if (payment?.kind !== 'payment') throw new TypeError('no payment')
  return claims.map((claim) =>
    payment.inputs.findIndex(
      ({ outpoint, amount }) =>
        claim.kind === 'amount' && claim.outpoint === outpoint && claim.amount === amount,
    ),
  )
}

test.for([
  ['one P2WPKH input alone', [segwit], [0]],
  ['one P2WPKH input alone, proven', [proven(segwit)], []],
  ['one Taproot input alone: its signature holds its amount', [taproot], []],
  ['two P2WPKH inputs: each signature leaves the other amount open', [segwit, segwit], [0, 1]],
  ['both proven', [proven(segwit), proven(segwit)], []],
  ['one proven: the signature of that one leaves the other open', [proven(segwit), segwit], [1]],
  ['Taproot inputs: each signature holds all amounts and scripts', [taproot, taproot], []],
  ['Taproot, with somebody else', [taproot, foreign], []],
  ['P2WPKH, with somebody else: it could be ours', [segwit, foreign], [0, 1]],
  ['P2WPKH, with somebody else who proves it', [segwit, proven(foreign)], [0]],
  ['both kinds: P2WPKH leaves the Taproot input open', [segwit, taproot], [0, 1]],
  ['both kinds, the Taproot input proven', [segwit, proven(taproot)], [0]],
  ['both kinds, proven where it matters', [proven(segwit), proven(taproot)], []],
  ['Taproot that lets others add inputs holds its own alone', [open(taproot), taproot], [1]],
  ['Taproot without outputs holds all inputs', [open(taproot, 2), foreign], []],
] as const)('%s', ([, coins, expected]) => {
  expect(claimed(coins)).toEqual(expected)
})

test('an input of ours that is not signed is claimed like any other', () => {
  expect(claimed([segwit, segwit], [0])).toEqual([0, 1])
  expect(claimed([taproot, segwit], [0])).toEqual([1])
  expect(claimed([taproot, taproot], [0])).toEqual([])
})

/** The trick that BIP-143 leaves open: two requests, one transaction, a lie in each. */
test('two requests that lie about one input each give good signatures, and both are claimed', () => {
  const payee = { ...outputs[0], script: scriptOfOurs('p2tr', 1), amount: 100_000n }
  const truth = psbtOf(
    [segwit, taproot].map((coin) => ({ ...coin, script: segwit.script })),
    [payee],
  )
  const amounts = [segwit.amount, taproot.amount]
  const lie = (index: number) => {
    const coins = amounts.map((amount, at) => ({
      ...segwit,
      amount: at === index ? amount - 40_000n : amount,
    }))
    return claimedPsbt(coins, amounts, payee)
  }
  const honest = read(truth).digests()
  const first = read(lie(1)).digests()
  const second = read(lie(0)).digests()
  expect(first[0]).toEqual(honest[0])
  expect(second[1]).toEqual(honest[1])
  expect(read(lie(0)).explain().claims).toHaveLength(2)
  expect(read(lie(1)).explain().claims).toHaveLength(2)
})

test('facts of the caller prove amounts, and whose an input is', () => {
  const psbt = psbtOf([segwit, foreign], outputs)
  const [payment] = read(psbt).explain().intents
  const [, other] = payment?.kind === 'payment' ? payment.inputs : []
  const outpoint = other?.outpoint ?? ''
  const amounts = new Map([[outpoint, foreign.amount]])
  const scripts = new Map([[outpoint, hex.encode(foreign.script)]])
  expect(claimed([segwit, foreign], undefined, {})).toEqual([0, 1])
  // Whose it is stays open: it could be ours in another request.
  expect(claimed([segwit, foreign], undefined, { amounts })).toEqual([0, 1])
  expect(claimed([segwit, foreign], undefined, { scripts })).toEqual([0, 1])
  expect(claimed([segwit, foreign], undefined, { amounts, scripts })).toEqual([0])
})

test('the amount is all that is open of an input of ours', () => {
  const { claims } = read(psbtOf([segwit, segwit], outputs)).explain()
  const amounts = new Map(
    claims.flatMap((claim) => (claim.kind === 'amount' ? [[claim.outpoint, claim.amount]] : [])),
  )
  expect(amounts.size).toBe(2)
  expect(claimed([segwit, segwit], undefined, { amounts })).toEqual([])
})

test('a fact that contradicts the request refuses it', () => {
  for (const coin of [taproot, proven(segwit)]) {
    const reading = read(psbtOf([coin], outputs))
    const [use] = reading.explain().uses
    const outpoint = use?.kind === 'outpoint' ? use.outpoint : ''
    const wrong = new Map([[outpoint, coin.amount + 1n]])
    const refused = { code: 'not-valid', field: 'inputs[0]' }
    expect(refusal(() => reading.explain({ amounts: wrong }))).toEqual(refused)
    const scripts = new Map([[outpoint, hex.encode(foreign.script)]])
    expect(refusal(() => reading.explain({ scripts }))).toEqual(refused)
    expect(reading.explain({ amounts: new Map([[outpoint, coin.amount]]) }).account).toBe(
      account.id,
    )
  }
})

/** Spends outputs whose amounts are true, and says others. */
function claimedPsbt(coins: readonly Coin[], amounts: readonly bigint[], payee: Out): Uint8Array {
  const honest = psbtOf(
    coins.map((coin, index) => ({ ...coin, amount: amounts[index] ?? 0n })),
    [payee],
  )
  return coins.reduce((psbt, { amount, script }, index) => {
    const value = concat([u64(amount), ...sized(script)])
    return edited(psbt, index + 1, [[1, value]])
  }, honest)
}

const scripts = [
  scriptOfOurs('p2wpkh', 0),
  scriptOfOurs('p2wpkh', 1),
  scriptOfOurs('p2tr', 0),
  scriptOfOurs('p2tr', 1),
  scriptOfOurs('p2wpkh', 0, false, stranger),
  scriptOfOurs('p2tr', 0, false, stranger),
]
const script = fc.constantFrom(...scripts)
/** What a request says of an input: the proof, or a lie about its amount or script, or the truth. */
const said = fc.oneof(
  fc.constant({ proven: true } as const),
  fc.constant({} as const),
  fc.record({ amount: fc.constantFrom(60_000n, 70_000n) }),
  fc.record({ script }),
)
const world = fc.array(fc.record({ script, said }), { minLength: 1, maxLength: 4 })

test('a signature that is good on the chain was shown the truth, or the lie is claimed', () => {
  const count = { good: 0, lies: 0, caught: 0 }
  fc.assert(
    fc.property(world, (inputs) => {
      const coins = inputs.map(({ script }) => ({ script, amount: 50_000n, proven: true }))
      const honest = psbtOf(coins, outputs)
      const raws = parsePsbt(honest).inputs.map((map) => valueAt(map, 0))
      const request = inputs.reduce((psbt, { script, said }, index) => {
        const output = { script, amount: 50_000n, ...said }
        const raw = 'proven' in said ? raws[index] : undefined
        return edited(psbt, index + 1, [
          [0, raw],
          [1, concat([u64(output.amount), ...sized(output.script)])],
        ])
      }, honest)
      if (refusal(() => read(request)).code !== 'accepted') return
      const truth = refusal(() => read(honest)).code === 'accepted' ? facts(honest) : undefined
      const shown = facts(request)
      const good = shown.digests.some((digest) => truth?.digests.includes(digest))
      if (!good) return
      count.good++
      if (shown.inputs === truth?.inputs) return
      count.lies++
      expect(shown.claims).toBeGreaterThan(0)
      count.caught++
    }),
    { seed: 143, numRuns: 1500 },
  )
  expect(count.good).toBeGreaterThan(400)
  expect(count.lies).toBeGreaterThan(100)
})

function facts(psbt: Uint8Array) {
  const reading = read(psbt)
  const { intents, claims } = reading.explain()
  const [payment] = intents
  if (payment?.kind !== 'payment') throw new TypeError('no payment')
  const inputs = payment.inputs.map(({ amount, address, own }) => `${amount} ${address} ${own}`)
  return {
    digests: reading.digests().map(({ message }) => message.join()),
    inputs: inputs.join(),
    claims: claims.length,
  }
}
