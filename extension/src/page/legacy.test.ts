import { expect, test } from 'vitest'
import * as z from 'zod'
import type { News, PageChannel } from './channel.ts'
import { eip1193 } from './eip1193.ts'
import { offerLegacy } from './legacy.ts'

const Old = z.object({
  selectedAddress: z.string().nullable(),
  chainId: z.string().nullable(),
  networkVersion: z.string().nullable(),
  isConnected: z.custom<() => boolean>((value) => typeof value === 'function'),
})

/** A page without any wallet, and what its wallet tells it. */
function pageWith(ethereum?: object) {
  const listeners: ((news: News) => void)[] = []
  const channel: PageChannel = {
    ask: async (_family, method) => method,
    on: (listener) => void listeners.push(listener),
  }
  const page: EventTarget & { ethereum?: object } = new EventTarget()
  if (ethereum) page.ethereum = ethereum
  offerLegacy(page, channel, eip1193(channel))
  const tell = (event: News['event'], data: News['data'] = null) => {
    for (const hear of listeners) hear({ family: 'evm', event, data })
  }
  const wallet = () => page.ethereum
  return { tell, wallet }
}

test('a site from before EIP-1193 reads which account and chain it is on', () => {
  const { tell, wallet } = pageWith()
  expect(wallet()).toBeUndefined()
  tell('legacy')
  const state = () => {
    const ethereum = Old.parse(wallet())
    return { ...ethereum, isConnected: ethereum.isConnected() }
  }
  const nobody = { selectedAddress: null, chainId: null, networkVersion: null, isConnected: false }
  expect(state()).toEqual(nobody)
  tell('accounts', ['0xabc'])
  tell('chain', '0x7a69')
  const there = { chainId: '0x7a69', networkVersion: '31337', isConnected: true }
  expect(state()).toEqual({ selectedAddress: '0xabc', ...there })
  // Locked, and then without a node that answers.
  tell('accounts', [])
  expect(state()).toEqual({ selectedAddress: null, ...there })
  tell('disconnect')
  expect(state()).toEqual(nobody)
})

test('what another wallet put there stays', () => {
  const other = { isOther: true }
  const { tell, wallet } = pageWith(other)
  tell('legacy')
  expect(wallet()).toBe(other)
})
