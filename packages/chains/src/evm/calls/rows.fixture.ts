import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Claim, Facts, Intent } from '../../intent.ts'
import type { ContractCall, Read } from '../context.ts'
import {
  anyAddress,
  anyBytes,
  anyUint,
  call,
  context,
  contract,
  encode,
  functionOf,
  hex,
  self,
  transferData,
} from './calls.fixture.ts'
import type { Method } from './method.ts'
import { readCall } from './read-call.ts'

/** A function, values for it, and what a call of it means; `undefined`: it must not be read. */
type RowOf<T> = {
  readonly signature: string
  /** What differs where a function has several rows. */
  readonly note?: string
  readonly args: fc.Arbitrary<T>
  readonly means: (args: T, outer: ContractCall) => Read | Intent | undefined
  readonly facts?: Facts
  readonly outer?: Partial<ContractCall>
}
export type Row = RowOf<readonly unknown[]>

export function row<T extends readonly unknown[]>(settings: RowOf<T>): Row {
  return settings as unknown as Row
}

/**
 * Calls of every function, as two encoders write them and after a change, mean exactly what the
 * table says. The table is complete for `methods`.
 */
export function checkRows(methods: readonly Method[], rows: readonly Row[]): void {
  test('every function that is read is in the table', () => {
    const listed = new Set(rows.map(({ signature }) => signature))
    expect([...listed].toSorted()).toEqual(methods.map(({ signature }) => signature).toSorted())
  })

  describe.for(rows.map((each) => [`${each.signature} ${each.note ?? ''}`, each] as const))(
    'a call of %s',
    ([, { signature, args, means, facts, outer }]) => {
      test('means exactly what it says', () => {
        fc.assert(
          fc.property(args, (values) => {
            const made = call(encode(signature, values), outer)
            const expected = asRead(means(values, made)) ?? unread(made, signature)
            expect(readCall(made, context(facts))).toEqual(expected)
          }),
          { seed: 3, numRuns: 100 },
        )
      })

      test('that is changed is unreadable, or means what it now says', () => {
        fc.assert(
          fc.property(args, mutation, (values, mutate) => {
            const made = call(mutate(encode(signature, values)), outer)
            const now = exactValues(signature, hex(made.data))
            const expected = now && asRead(means(now, made))
            expect(readCall(made, context(facts))).toEqual(expected ?? unread(made, signature))
          }),
          { seed: 4, numRuns: 100 },
        )
      })
    },
  )
}

/** The values that a call encodes; `undefined`: none encode to exactly these bytes. */
export function exactValues(signature: string, data: string): readonly unknown[] | undefined {
  const { contract: second, fragment } = functionOf(signature)
  try {
    const values: readonly unknown[] = second.decodeFunctionData(fragment, data).toArray(true)
    return second.encodeFunctionData(fragment, values) === data ? values : undefined
  } catch {
    return undefined
  }
}

/** One byte other than the selector's changed, bytes cut off or added, a word repeated. */
const mutation: fc.Arbitrary<(data: Uint8Array) => Uint8Array> = fc
  .tuple(
    fc.constantFrom('flip', 'flip', 'flip', 'cut', 'add', 'add word', 'repeat'),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
  )
  .map(([kind, place, change]) => (data) => {
    const at = 4 + (place % Math.max(data.length - 4, 1))
    if (kind === 'flip' && at < data.length) return data.with(at, (data[at] ?? 0) ^ change)
    if (kind === 'cut') return data.subarray(0, Math.max(4, data.length - change))
    if (kind === 'add') return new Uint8Array([...data, change])
    if (kind === 'add word') return new Uint8Array([...data, ...new Uint8Array(32)])
    return new Uint8Array([...data.subarray(0, at), ...data.subarray(Math.max(at - 32, 4))])
  })

function asRead(meaning: Read | Intent | undefined): Read | undefined {
  if (!meaning || 'intent' in meaning) return meaning
  return { intent: meaning, claims: [] }
}

/** A call that is not read. */
export function unread({ to, value, data }: Omit<ContractCall, 'from'>, name?: string): Read {
  const selector = data.length < 4 ? {} : { selector: hex(data.subarray(0, 4)) }
  const named = name === undefined ? {} : { name }
  return {
    intent: { kind: 'call', target: to, value, ...selector, ...named, dataLength: data.length },
    claims: [],
  }
}

/** What is delegated to, which is never read. */
export function opaque(to: string, value: bigint, data: Uint8Array): Intent {
  const names = new Map([
    ['0xa9059cbb', 'transfer(address,uint256)'],
    ['0x095ea7b3', 'approve(address,uint256)'],
  ])
  return unread({ to, value, data }, names.get(hex(data.subarray(0, 4)))).intent
}

export function moved(asset: string, amount: bigint, from: string, to: string): Intent {
  const [fromOwn, toOwn] = [from === self, to === self]
  return { kind: 'transfer', asset, amount, from, to, fromOwn, toOwn }
}

export function all(steps: readonly (Intent | undefined)[]): Intent | undefined {
  const known = steps.filter((step) => step !== undefined)
  if (known.length < steps.length || known.length === 0) return undefined
  return { kind: 'batch', atomic: true, steps: known }
}

/** Read on the assumption that the contract is what it looks like. */
export function claimed(
  meaning: Read | Intent | undefined,
  address: string = contract,
): Read | undefined {
  const read = asRead(meaning)
  if (!read) return undefined
  const claim: Claim = { kind: 'standard', contract: address }
  const claims = [...read.claims, claim].map((each) => [JSON.stringify(each), each] as const)
  return { intent: read.intent, claims: [...new Map(claims).values()] }
}

export function erc20(address: string): string {
  return `eip155:1/erc20:${address.toLowerCase()}`
}

export function unlimited(amount: bigint): bigint | 'unlimited' {
  return amount >= 2n ** 128n ? 'unlimited' : amount
}

/** The data of a step: known, unknown, or none. */
export const innerData: fc.Arbitrary<string> = fc.oneof(
  fc.constant(hex(transferData())),
  fc.constant('0x'),
  fc
    .tuple(anyAddress, anyUint(256))
    .map((values) => hex(encode('approve(address,uint256)', values))),
  anyBytes(0, 70),
)

export type Step = readonly [to: string, value: bigint, data: string]

/** What the same steps mean one by one, made by `from` with the coins of `payer`. */
export function stepByStep(
  steps: readonly Step[],
  settings: { from: string; payer?: string; atomic?: boolean; through?: string },
): Read | undefined {
  if (steps.length === 0) return undefined
  const { from, payer = from, atomic = true, through } = settings
  const reads = steps.map(([to, value, data]): Read => {
    if (data === '0x') return { intent: moved('eip155:1/slip44:60', value, payer, to), claims: [] }
    return readCall({ from, to, value, data: fromHex(data) }, context())
  })
  return {
    intent: {
      kind: 'batch',
      atomic,
      ...(through === undefined ? {} : { through }),
      steps: reads.map(({ intent }) => intent),
    },
    claims: reads.flatMap(({ claims }) => claims),
  }
}

export function fromHex(data: string): Uint8Array {
  return Uint8Array.from(Buffer.from(data.slice(2), 'hex'))
}
