import { setImmediate } from 'node:timers/promises'
import { bytesToHex } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizePsbt, psbtPayload } from '../../src/bitcoin/index.ts'
import type { Reading } from '../../src/chain.ts'
import { ChainError } from '../../src/error.ts'
import type { Explanation, Payment } from '../../src/intent.ts'
import { type Case, at, build } from './build.ts'
import { finish } from './finish.ts'
import { flaws } from './flaws.ts'
import { execute } from './interpreter.ts'
import { digestsOf, expected, rateOf, signedIndexes } from './model.ts'
import { type Plan, plans } from './plan.ts'
import { testWallet } from './wallet.ts'
import { txidOf } from './wire.ts'

const wallet = testWallet('engine')
const RUNS = 5_000

type Read =
  | { readonly refused: ChainError }
  | { readonly reading: Reading; readonly explanation: Explanation }

function read({ psbt, chosen }: Case): Read {
  try {
    const payload = psbtPayload(normalizePsbt(psbt), chosen)
    const reading = wallet.chain.read(payload, wallet.account)
    return { reading, explanation: reading.explain() }
  } catch (error) {
    if (error instanceof ChainError) return { refused: error }
    throw error
  }
}

/** Everything that is true of the transaction on the chain, by what the request said before. */
function checkTruth(made: Case, { explanation, reading }: Extract<Read, { reading: Reading }>) {
  const finished = finish(reading, made, wallet)
  const verdict = execute(finished.raw, made.prevouts)
  if (!verdict.valid) throw new Error(verdict.reason)
  const truth = expected(made)
  const payment = paymentOf(explanation)

  expect(payment.fee).toBe(truth.fee)
  if (truth.fee !== undefined) expect(payment.fee).toBe(verdict.fee)
  expect(payment.leaves).toBe(truth.leaves)
  expect(payment.outputsFixed).toBe(truth.outputsFixed)
  expect(payment.outputs.map(({ to }) => to)).toEqual(truth.outputs)
  expect(payment.outputs.map(({ amount, script }) => [amount, bytesToHex(script)])).toEqual(
    verdict.tx.outputs.map(({ amount, script }) => [amount, bytesToHex(script)]),
  )
  expect(payment.inputs.map(({ outpoint, amount }) => [outpoint, amount])).toEqual(
    verdict.tx.inputs.map(({ txid, vout }, index) => [
      `${txid}:${vout}`,
      at(made.prevouts, index).amount,
    ]),
  )
  expect(payment.inputs.map(({ own, signed, sighash }) => [own, signed, sighash])).toEqual(
    made.own.map((own, index) => [
      own,
      signedIndexes(made).includes(index),
      truth.sighashes[index],
    ]),
  )
  expect(payment.replaceable).toBe(verdict.tx.inputs.some(({ sequence }) => sequence < 0xfffffffe))
  expect(payment.lockTime ?? 0).toBe(verdict.tx.lockTime)
  expect(claimsOf(explanation)).toEqual(truth.claims)
  expect(explanation.uses).toEqual(
    signedIndexes(made).map((index) => ({
      kind: 'outpoint',
      outpoint: payment.inputs[index]?.outpoint,
      amount: at(made.prevouts, index).amount,
    })),
  )
  if (finished.id !== undefined) expect(finished.id).toBe(txidOf(verdict.tx))
  if (payment.feeRate !== undefined && truth.fee !== undefined) {
    // The size is estimated with the longest signatures.
    const rate = rateOf(truth.fee, verdict.tx)
    expect(payment.feeRate <= rate + 1n && payment.feeRate * 100n >= rate * 97n).toBe(true)
  }
  expect(reading.explain(factsOf(made)).claims).toEqual([])
}

/** A lie is told as such, or it makes our signatures worthless: no third way. */
function checkLie(made: Case, { explanation, reading }: Extract<Read, { reading: Reading }>) {
  expect(() => reading.explain(factsOf(made))).toThrow(ChainError)
  if (claimsOf(explanation).length > 0) return 'claimed'
  const { raw } = finish(reading, made, wallet)
  expect(execute(raw, made.prevouts).valid).toBe(false)
  return 'worthless'
}

function paymentOf({ intents }: Explanation): Payment {
  const [intent] = intents
  if (intent?.kind !== 'payment') throw new RangeError('a PSBT is a payment')
  return intent
}

function claimsOf({ claims }: Explanation): string[] {
  return claims.flatMap((claim) => (claim.kind === 'amount' ? [claim.outpoint] : []))
}

/** What the chain says of every coin. */
function factsOf({ unsigned, prevouts }: Case) {
  const outpoints = unsigned.inputs.map(({ txid, vout }) => `${txid}:${vout}`)
  return {
    amounts: new Map(outpoints.map((outpoint, index) => [outpoint, at(prevouts, index).amount])),
    scripts: new Map(
      outpoints.map((outpoint, index) => [outpoint, bytesToHex(at(prevouts, index).script)]),
    ),
  }
}

/** Fewer would mean that a branch of this test hardly ran. */
const LEAST = 5

/** Milliseconds: a machine with other work still finishes. */
const TIMEOUT = 5 * 60_000

test(
  '5,000 generated transactions: what is parsed equals what the engine executes, or it is refused',
  async () => {
    const seen = new Map<string, number>()
    const count = (what: string): void => {
      seen.set(what, (seen.get(what) ?? 0) + 1)
    }
    const check = (plan: Plan): void => {
      const made = build(plan, wallet)
      const result = read(made)
      if (made.refusal) {
        if (!('refused' in result)) throw new Error(`accepted: ${made.flaw}`)
        expect([made.flaw, ...made.refusal]).toContain(result.refused.code)
        count(made.flaw ?? '')
        return
      }
      if ('refused' in result) throw result.refused
      const digests = result.reading.digests().map(({ message }) => bytesToHex(message))
      expect(digests).toEqual(digestsOf(made))
      if (made.lie) {
        count(checkLie(made, result))
        return
      }
      checkTruth(made, result)
      count(made.own.includes(false) ? 'shared' : 'ours')
      for (const index of signedIndexes(made))
        count(`${at(made.coins, index).kind} ${at(made.types, index)}`)
      for (const [index, own] of made.own.entries())
        if (!own) count(`foreign ${at(made.coins, index).kind}`)
    }
    let runs = 0
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        check(plan)
        // The runner wants to hear from its workers now and then.
        runs += 1
        if (runs % 100 === 0) await setImmediate()
      }),
      { numRuns: RUNS, seed: 20_261_122 },
    )

    const branches = [
      ...flaws.map(({ name }) => name),
      'nothing is ours',
      'claimed',
      'worthless',
      'shared',
      'ours',
      ...[1, 2, 3, 0x81, 0x82, 0x83].map((type) => `p2wpkh ${type}`),
      ...[0, 1, 2, 3, 0x81, 0x82, 0x83].map((type) => `p2tr ${type}`),
      ...['p2wpkh', 'p2tr', 'p2pkh', 'p2sh-p2wpkh'].map((kind) => `foreign ${kind}`),
    ]
    expect(branches.filter((branch) => (seen.get(branch) ?? 0) < LEAST)).toEqual([])
  },
  TIMEOUT,
)
