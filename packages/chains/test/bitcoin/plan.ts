import * as fc from 'fast-check'

/** Who owns a coin: one of our eight addresses by its number, or a kind of somebody else's. */
export type Owner = number | 'p2wpkh' | 'p2tr' | 'p2pkh' | 'p2sh-p2wpkh'

export type InputPlan = {
  readonly owner: Owner
  readonly amount: number
  /** What the PSBT shows of the coin: its transaction, the output alone, or both. */
  readonly proof: 'whole' | 'output' | 'both'
  /** Absent: the field is not there. */
  readonly sighash: number | undefined
  readonly sequence: number
  /** Somebody else has signed before us. */
  readonly final: boolean
  /** Its number among the outputs of its transaction. */
  readonly vout: number
  /** Its transaction was written with witnesses. */
  readonly witnesses: boolean
}

export type OutputPlan = {
  readonly to: Owner | 'data' | 'p2wsh'
  /** Part of what there is to give. */
  readonly share: number
  /** A key path says that it is our change. */
  readonly hint: boolean
}

export type Plan = {
  readonly version: number
  readonly lockTime: number
  readonly inputs: readonly InputPlan[]
  readonly outputs: readonly OutputPlan[]
  readonly fee: number
  /** Sign only the inputs of ours with these places; empty: all. */
  readonly chosen: readonly number[]
  /** Choose of the flaws or lies that the transaction can have; absent: none. */
  readonly flaw: number | undefined
  readonly lie: { readonly input: number; readonly by: number } | undefined
}

/** One of ours, with this weight, or somebody else's. */
function ownerOf(weight: number): fc.Arbitrary<Owner> {
  return fc.oneof(
    { weight, arbitrary: fc.integer({ min: 0, max: 7 }) },
    { weight: 2, arbitrary: fc.constantFrom('p2wpkh', 'p2tr', 'p2pkh', 'p2sh-p2wpkh') },
  )
}

const rest = {
  amount: fc.integer({ min: 100_000, max: 2_000_000_000 }),
  proof: fc.constantFrom('whole', 'output', 'both'),
  sighash: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 5, arbitrary: fc.constantFrom(0, 1, 2, 3, 0x81, 0x82, 0x83) },
  ),
  sequence: fc.constantFrom(0, 1, 0xfffffffd, 0xfffffffe, 0xffffffff),
  final: fc.boolean(),
  vout: fc.integer({ min: 0, max: 2 }),
  witnesses: fc.boolean(),
}
const input: fc.Arbitrary<InputPlan> = fc.record({ owner: ownerOf(5), ...rest })
/** Alone it is nearly always ours: another one is refused at once. */
const only: fc.Arbitrary<InputPlan> = fc.record({ owner: ownerOf(60), ...rest })

const output: fc.Arbitrary<OutputPlan> = fc.record({
  to: fc.oneof(
    { weight: 4, arbitrary: ownerOf(4) },
    { weight: 1, arbitrary: fc.constantFrom('data', 'p2wsh') },
  ),
  share: fc.integer({ min: 1, max: 100 }),
  hint: fc.boolean(),
})

/** Mostly one or two inputs: each costs the interpreter milliseconds. */
const inputs = fc.oneof(
  { weight: 11, arbitrary: fc.array(only, { minLength: 1, maxLength: 1 }) },
  { weight: 6, arbitrary: fc.array(input, { minLength: 2, maxLength: 2 }) },
  { weight: 2, arbitrary: fc.array(input, { minLength: 3, maxLength: 6 }) },
)

/** What a request may be. Whatever the numbers, it can be built. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  version: fc.constantFrom(1, 2),
  lockTime: fc.constantFrom(0, 1, 800_000, 1_700_000_000),
  inputs,
  outputs: fc.array(output, { minLength: 1, maxLength: 4 }),
  fee: fc.integer({ min: 0, max: 50_000 }),
  chosen: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }) },
  ),
  flaw: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.noBias(fc.integer({ min: 0, max: 0xffff })) },
  ),
  lie: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({
        input: fc.integer({ min: 0, max: 5 }),
        by: fc.integer({ min: 1, max: 50_000 }),
      }),
    },
  ),
})
