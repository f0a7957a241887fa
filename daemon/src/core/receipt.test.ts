import { describe, expect, test } from 'vitest'
import { memory } from '../adapters/stores/memory.ts'
import { checkReceipt, receiptOf } from './receipt.ts'

const key = new Uint8Array(32).fill(3)
const wallet = new Uint8Array(32).fill(4)

/** A log of some entries. */
async function logOf(...entries: number[]) {
  const store = memory()
  await store.commit({ events: entries.map((one) => Uint8Array.of(one)) })
  return store
}

describe('a receipt', () => {
  test('is ok for the log that it was written for, and for what that became', async () => {
    const store = await logOf(1, 2)
    const receipt = receiptOf(key, wallet, await store.head(), 0)
    expect(await checkReceipt(key, wallet, store, receipt, 0)).toBe('ok')
    expect(await checkReceipt(key, wallet, await logOf(1, 2, 3), receipt, 0)).toBe('ok')
    expect(await checkReceipt(key, wallet, store, receipt)).toBe('ok')
  })

  test('tells a shorter log, another log, and what we never wrote', async () => {
    const receipt = receiptOf(key, wallet, await (await logOf(1, 2)).head(), 0)
    expect(await checkReceipt(key, wallet, await logOf(1), receipt, 0)).toBe('rollback')
    expect(await checkReceipt(key, wallet, await logOf(1, 9, 3), receipt, 0)).toBe('fork')
    const forged = { ...receipt, counter: 1n }
    expect(await checkReceipt(key, wallet, await logOf(1, 2), forged, 0)).toBe('forged')
  })

  test('of a later epoch than ours is a rollback, however long the log is', async () => {
    const store = await logOf(1, 2)
    const receipt = receiptOf(key, wallet, await store.head(), 1)
    expect(await checkReceipt(key, wallet, store, receipt, 0)).toBe('rollback')
    expect(await checkReceipt(key, wallet, store, receipt, 1)).toBe('ok')
  })

  test('of an epoch that is over says nothing any more', async () => {
    const receipt = receiptOf(key, wallet, await (await logOf(1, 2)).head(), 0)
    expect(await checkReceipt(key, wallet, await logOf(1), receipt, 1)).toBe('ok')
  })

  test('of another wallet is forged', async () => {
    const store = await logOf(1, 2)
    const receipt = receiptOf(key, wallet, await store.head(), 1)
    const other = new Uint8Array(32).fill(5)
    expect(await checkReceipt(key, wallet, store, receipt, 1)).toBe('ok')
    expect(await checkReceipt(key, other, store, receipt, 0)).toBe('forged')
  })
})
