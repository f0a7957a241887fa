import { account as accountOf, decodePayload, network } from '@tandem/chains'
import { solana } from '@tandem/chains/solana'
import { expect, test, vi } from 'vitest'
import { signed, wire } from '../../../packages/chains/test/solana/message.ts'
import { key } from '../../../packages/chains/test/solana/svm.ts'
import { system } from '../../../packages/chains/test/solana/system.ts'
import { solanaBatch, solanaSignIn, solanaTransaction } from './build-solana.ts'
import type { Chains } from './chains.ts'
import { isCurrent } from './is-current.ts'
import { lookupTables } from './lookup-tables.ts'

const id = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'
const chain = solana(network(id))
const [own, friend, to] = [key('own'), key('friend'), key('to')]
const account = accountOf(
  id,
  0,
  chain.addresses(() => own.publicKey, 0),
)
const table = key('table').address
const blockhash = key('blockhash').address
const pay = system.transfer(own.address, to.address, 5n)
const alone = wire(own.address, blockhash, [pay])
const both = wire(own.address, blockhash, [pay, system.transfer(friend.address, to.address, 1n)])
const hidden = wire(own.address, blockhash, [pay], { [table]: [to.address] })

/** A node that knows one table and which blockhashes live. */
function node(live: readonly string[] = [blockhash]) {
  const tables = vi.fn<() => Promise<Map<string, readonly string[]>>>(
    async () => new Map([[table, [to.address]]]),
  )
  const client = { tables, isLive: async (hash: string) => live.includes(hash) }
  const chains = { solanaClient: () => client, chain: () => chain } as never as Chains
  return { chains, tables, known: lookupTables(chains) }
}

test('what a lookup table holds is asked of the node, and then a fact', async () => {
  const { known, tables } = node()
  await solanaTransaction(known, id, account, { bytes: alone })
  expect(tables).not.toHaveBeenCalled()
  const payload = await solanaTransaction(known, id, account, { bytes: hidden })
  const reading = chain.read(payload, account)
  expect(reading.explain().claims).toEqual([{ kind: 'lookup-table', table }])
  const { claims, intents } = reading.explain(known.facts(id))
  expect(claims).toEqual([])
  expect(intents).toMatchObject([{ kind: 'transfer', to: to.address, amount: 5n }])
  known.forget()
  expect(reading.explain(known.facts(id)).claims).toHaveLength(1)
})

test('what would be sent lacks no signature but ours', async () => {
  const { known } = node()
  const sent = { sends: true } as const
  const refused = solanaTransaction(known, id, account, { bytes: both, ...sent })
  await expect(refused).rejects.toMatchObject({ code: 'incomplete' })
  await solanaTransaction(known, id, account, { bytes: both })
  await solanaTransaction(known, id, account, { bytes: signed(both, friend), ...sent })
  await expect(solanaBatch(known, id, account, [alone, both])).rejects.toMatchObject({
    code: 'incomplete',
  })
  const batch = await solanaBatch(known, id, account, [alone, hidden])
  expect(decodePayload(batch)).toMatchObject({ kind: 'transactions', parts: { length: 2 } })
  expect(decodePayload(await solanaBatch(known, id, account, [alone])).kind).toBe('transaction')
})

test('a request lives as long as its blockhash', async () => {
  const { known } = node()
  const payload = await solanaTransaction(known, id, account, { bytes: alone })
  const later = wire(own.address, key('later').address, [pay])
  const batch = await solanaBatch(known, id, account, [alone, later])
  expect(await isCurrent(node().chains, id, account, payload)).toBe(true)
  expect(await isCurrent(node([]).chains, id, account, payload)).toBe(false)
  expect(await isCurrent(node().chains, id, account, batch)).toBe(false)
  // It lives until its account moves on.
  const durable = wire(own.address, blockhash, [system.advanceNonce(table, own.address), pay])
  const kept = await solanaTransaction(known, id, account, { bytes: durable })
  expect(await isCurrent(node([]).chains, id, account, kept)).toBe(true)
  const signIn = { domain: 'a.test', address: own.address, resources: [] }
  expect(await isCurrent(node([]).chains, id, account, solanaSignIn(signIn))).toBe(true)
})
