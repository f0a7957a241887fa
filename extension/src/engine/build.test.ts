import { secp256k1 } from '@noble/curves/secp256k1.js'
import { account as accountOf, network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import { expect, test, vi } from 'vitest'
import type { Build } from '../messages/engine.ts'
import { built } from './build.ts'
import type { Chains } from './chains.ts'
import { lookupTables } from './lookup-tables.ts'

const id = 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328'
const chain = bitcoin(network(id))
const account = accountOf(
  id,
  0,
  chain.addresses(() => secp256k1.getPublicKey(new Uint8Array(32).fill(1)), 0),
)

/** What a node's client was asked to build. */
async function askedFor(what: Build): Promise<unknown[]> {
  const asked: unknown[] = []
  const note = (how: string) =>
    vi.fn<(...given: unknown[]) => Promise<Uint8Array>>(async (...given) => {
      asked.push([how, ...given.filter((one) => one !== account)])
      return new Uint8Array()
    })
  const client = {
    build: note('build'),
    pay: note('pay'),
    bump: note('bump'),
    cancel: note('cancel'),
  }
  const chains = { chain: () => chain, client: () => client, bitcoinClient: () => client }
  const known = chains as never as Chains
  await built(known, lookupTables(known), id, account, what)
  return asked
}

test("what waits is sped up and cancelled at a rate of one's own, else at a tier, else at the fastest", async () => {
  const faster = { kind: 'bump', id: 'aa', how: 'faster' } as const
  const cancel = { ...faster, how: 'cancel' } as const
  expect(await askedFor(faster)).toEqual([['bump', 'aa', 'fast']])
  expect(await askedFor({ ...faster, tier: 'slow' })).toEqual([['bump', 'aa', 'slow']])
  expect(await askedFor({ ...faster, tier: 'slow', rate: 33n })).toEqual([['bump', 'aa', 33n]])
  expect(await askedFor(cancel)).toEqual([['cancel', 'aa', 'fast']])
  expect(await askedFor({ ...cancel, rate: 33n })).toEqual([['cancel', 'aa', 33n]])
})

test("a payment is built at a rate of one's own, where it has one", async () => {
  const recipients = [{ to: 'bcrt1q', amount: 5n }]
  const payments = { kind: 'payments', recipients, tier: 'normal' } as const
  expect(await askedFor(payments)).toEqual([['pay', recipients, 'normal']])
  expect(await askedFor({ ...payments, rate: 7n })).toEqual([['pay', recipients, 7n]])
  const draft = {
    asset: chain.network.native.asset,
    to: 'bcrt1q',
    amount: 5n,
    tier: 'slow',
  } as const
  const [asked] = await askedFor({ kind: 'transfer', ...draft, rate: 7n })
  expect(asked).toEqual(['build', { ...draft, rate: 7n }])
})
