import { getU32Encoder, getU64Encoder } from '@solana/kit'
import {
  getRequestHeapFrameInstruction,
  getSetComputeUnitLimitInstruction,
  getSetComputeUnitPriceInstruction,
  getSetLoadedAccountsDataSizeLimitInstruction,
} from '@solana-program/compute-budget'
import { getTransferSolInstruction } from '@solana-program/system'
import { describe, expect, test } from 'vitest'
import { COMPUTE_BUDGET } from './program-ids.ts'
import {
  chain,
  code,
  explain,
  instruction,
  keyOf,
  named,
  readWire,
  self,
  signer,
  wireOf,
} from './solana.fixture.ts'

const transfer = getTransferSolInstruction({ source: signer, destination: named('to'), amount: 1n })
const limit = (units: number) => getSetComputeUnitLimitInstruction({ units })
const price = (microLamports: bigint) => getSetComputeUnitPriceInstruction({ microLamports })
const foreign = instruction(named('program'), [], [])

describe('the fee', () => {
  test('is 5,000 lamports for each signature', () => {
    expect(explain([transfer]).fee).toMatchObject({ max: 5_000n, payer: self, own: true })
    const other = instruction(named('program'), [[keyOf('other').address, 's']], [])
    expect(explain([transfer, other]).fee?.max).toBe(10_000n)
  })

  test('counts the signatures that precompiles check', () => {
    const checks = [
      'KeccakSecp256k11111111111111111111111111111',
      'Ed25519SigVerify111111111111111111111111111',
      'Secp256r1SigVerify1111111111111111111111111',
    ].map((program, index) => instruction(program, [], [index + 1, 0]))
    expect(explain([transfer, ...checks]).fee?.max).toBe((1n + 1n + 2n + 3n) * 5_000n)
  })

  test.for([
    ['rounded up', [limit(1), price(1n), transfer], 1n],
    ['of price and limit', [price(2_000_000n), limit(300_000), transfer], 600_000n],
    ['of at most 1.4 million units', [price(1_000_000n), limit(2 ** 32 - 1), transfer], 1_400_000n],
    ['of 200,000 units for a foreign instruction', [price(1_000_000n), foreign], 203_000n],
    ['of 3,000 units for an instruction of the runtime', [price(1_000_000n), transfer], 6_000n],
    ['of nothing without a price', [limit(1_400_000), transfer], 0n],
    ['of the highest price', [price(2n ** 64n - 1n), limit(1_400_000)], 25825441703193372261n],
  ] as const)('has a priority %s', ([, instructions, lamports]) => {
    const { fee, intents } = explain(instructions)
    expect(fee?.max).toBe(5_000n + lamports)
    expect(intents.filter(({ kind }) => kind === 'call')).toHaveLength(
      instructions.some((one) => one === foreign) ? 1 : 0,
    )
  })

  test('is not changed by the other settings, which say nothing', () => {
    const heap = getRequestHeapFrameInstruction({ bytes: 65_536 })
    const size = getSetLoadedAccountsDataSizeLimitInstruction({ accountDataSizeLimit: 1_000_000 })
    const { fee, intents } = explain([heap, size, transfer])
    expect(fee?.max).toBe(5_000n)
    expect(intents).toHaveLength(1)
  })

  test('a limit or price that is set twice is refused', () => {
    expect(code(() => explain([limit(1), limit(2)]))).toBe('duplicate')
    expect(code(() => explain([price(1n), price(2n)]))).toBe('duplicate')
    expect(code(() => explain([price(1n), limit(1)]))).toBeUndefined()
  })

  test.for([
    ['no setting', [9]],
    ['the one that is not in use any more', [0, ...getU64Encoder().encode(1n)]],
    ['a value that ends early', [3, ...getU32Encoder().encode(1)]],
    ['a value that goes on', [3, ...getU64Encoder().encode(1n), 0]],
    ['nothing', []],
  ] as const)('of a compute budget with %s is refused', ([, data]) => {
    expect(code(() => explain([instruction(COMPUTE_BUDGET, [], data)]))).toMatch(
      /^(?:not-valid|truncated|trailing)$/,
    )
  })

  test('may be paid by somebody else', () => {
    const sponsor = keyOf('sponsor').address
    const { fee } = readWire(wireOf([transfer], { payer: sponsor })).explain()
    expect(fee).toEqual({
      asset: chain.network.native.asset,
      max: 10_000n,
      payer: sponsor,
      own: false,
    })
  })
})
