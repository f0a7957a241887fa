import { type Explanation, type FeeTiers, type Payment, network } from '@tandem/chains'
import { expect, test } from 'vitest'
import { feeChoice } from './fee-choice.ts'

const regtest = 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328'
const sat: FeeTiers = {
  slow: { satPerVbyte: 2n },
  normal: { satPerVbyte: 6n },
  fast: { satPerVbyte: 12n },
}

/** Of 141 virtual bytes, at so many satoshi each. */
const paying = (rate: bigint): Payment => ({
  kind: 'payment',
  inputs: [],
  outputs: [],
  leaves: 0n,
  fee: 141n * rate,
  feeRate: rate * 1_000n,
  outputsFixed: true,
  replaceable: true,
})

function choiceOf(intents: Explanation['intents'], fees = sat) {
  const look = {
    client: { fees: async () => fees },
    network: network(regtest),
    payload: new Uint8Array(),
  }
  return feeChoice(look, { chain: regtest, account: '', intents, claims: [], uses: [] })
}

test('says what a virtual byte costs at each speed, beside what the whole would', async () => {
  expect(await choiceOf([paying(6n)])).toEqual({
    rates: { slow: 2n, normal: 6n, fast: 12n },
    tiers: { slow: 282n, normal: 846n, fast: 1_692n },
    most: 846n,
    chosen: 'normal',
  })
})

test("a rate that is no tier's is one's own", async () => {
  expect(await choiceOf([paying(7n)])).toMatchObject({ most: 987n, chosen: 'own' })
})

test('a network without such a rate names none, and what has no size gets no choice', async () => {
  const { normal, fast } = sat
  const partial = await choiceOf([paying(6n)], { slow: {}, normal, fast })
  expect(partial).toMatchObject({ most: 846n })
  expect(partial).not.toHaveProperty('rates')
  const { fee: _, ...unknown } = paying(6n)
  expect(await choiceOf([unknown])).toBeUndefined()
})
