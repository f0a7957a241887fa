import type { ChainClient } from '@tandem/chains'
import { expect, test } from 'vitest'
import { submitted } from './submitted.ts'

const raw = new Uint8Array()
const three = {
  type: 'transactions',
  transactions: ['a', 'b', 'c'].map((id) => ({ id, raw })),
} as const

/** A network that takes so many. */
function client(takes: number) {
  const sent: string[] = []
  const submit: ChainClient['submit'] = async ({ id }) => {
    if (sent.length === takes) throw new Error(`not ${id}`)
    sent.push(id)
    return id
  }
  return { sent, client: { submit } as ChainClient }
}

test('several are sent in order, and none after the first that the network does not take', async () => {
  const all = client(3)
  expect(await submitted(all.client, three)).toBe('c')
  expect(all.sent).toEqual(['a', 'b', 'c'])
  const some = client(1)
  expect(await submitted(some.client, three)).toBe('a')
  expect(some.sent).toEqual(['a'])
  const none = client(0)
  await expect(submitted(none.client, three)).rejects.toThrow('not a')
})

test('what lacks a signature is not sent', async () => {
  const { sent, client: of } = client(3)
  await expect(submitted(of, { type: 'partial', raw })).rejects.toMatchObject({ code: 'partial' })
  await expect(submitted(of, { type: 'transactions', transactions: [] })).rejects.toMatchObject({
    code: 'partial',
  })
  expect(sent).toEqual([])
})
