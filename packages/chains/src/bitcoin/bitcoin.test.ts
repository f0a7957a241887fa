import { expect, test } from 'vitest'
import { encodePayload } from '../payload.ts'
import { network } from '../networks.ts'
import { bitcoin } from './bitcoin.ts'
import { messagePayload, psbtPayload } from './payloads.ts'
import {
  account,
  accountIn,
  chain,
  mainnet,
  psbtOf,
  refusal,
  scriptOfOurs,
  sign,
  signet,
} from './testing.ts'

const psbt = psbtOf(
  [{ script: scriptOfOurs('p2tr'), amount: 100_000n }],
  [{ script: scriptOfOurs('p2tr', 0, true), amount: 99_000n }],
)

test.for([
  ['', (payload: Uint8Array) => payload],
  [', from a pool', (payload: Uint8Array) => Buffer.from(payload)],
] as const)('what is read stays as it was read%s', ([, holder]) => {
  const payload = holder(psbtPayload(psbt))
  const reading = chain.read(payload, account)
  const before = reading.digests()
  payload.fill(0)
  const [intent] = reading.explain().intents
  if (intent?.kind === 'payment') intent.outputs[0]?.script.fill(0)
  expect(reading.digests()).toEqual(before)
  expect(reading.explain().intents[0]).toMatchObject({ leaves: 1000n })
  expect(reading.assemble(before.map(sign)).type).toBe('transaction')
})

test('who spoils a digest spoils only his own copy', () => {
  const reading = chain.read(psbtPayload(psbt), account)
  const [digest] = reading.digests()
  const [again] = reading.digests()
  digest?.message.fill(0)
  expect(reading.digests()[0]).toEqual(again)
})

test('an account of another network cannot sign', () => {
  const other = bitcoin(signet)
  // Local keys are those of the test networks, so the scripts are ours there too.
  const local = accountIn(network('bip122:0f9188f13cb7b2c71f2a335e3a4fc328'))
  const script = accountIn(signet).addresses[1]?.key
  expect(local.own.has(script ?? '')).toBe(true)
  const payload = messagePayload(accountIn(signet).addresses[0]?.address ?? '', Uint8Array.of(1))
  expect(other.read(payload, accountIn(signet)).kind).toBe('message')
  for (const wrong of [local, account])
    expect(refusal(() => other.read(payload, wrong))).toEqual({
      code: 'wrong-chain',
      field: 'account',
    })
})

test('other kinds of request are refused', () => {
  for (const kind of ['transaction', 'transactions', 'typed-data', 'authorization'] as const)
    expect(refusal(() => chain.read(encodePayload(kind, psbt), account)).code).toBe('unsupported')
  expect(refusal(() => chain.read(encodePayload('psbt'), account)).code).toBe('missing')
})

test('only Bitcoin networks are made', () => {
  expect(() => bitcoin(network('eip155:1'))).toThrow(RangeError)
  expect(chain.network).toBe(mainnet)
})
