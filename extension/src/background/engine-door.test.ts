import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Call } from '../messages/calls.ts'
import { engineDoor } from './engine-door.ts'

/** A browser with at most one document for the engine, which listens or does not. */
type Listening = (call: unknown) => Promise<unknown>
type There = {
  document?: { answer?: Listening }
  /** What a new document does. */
  next?: Listening
  made: number
}
const there = vi.hoisted((): There => ({ made: 0 }))

vi.mock('wxt/browser', () => ({
  browser: {
    runtime: { getContexts: async () => (there.document ? [{}] : []) },
    offscreen: {
      async createDocument() {
        if (there.document) throw new Error('Only a single offscreen document may be created.')
        there.made += 1
        there.document = { ...(there.next && { answer: there.next }) }
      },
      closeDocument: async () => void delete there.document,
    },
  },
}))

vi.mock('../messages/messaging.ts', () => ({
  async sendMessage(_type: string, call: unknown) {
    const answer = there.document?.answer
    if (!answer) throw new Error('Could not establish connection. Receiving end does not exist.')
    return answer(call)
  },
  onMessage: () => undefined,
}))

const calls: string[] = []
const engine = async (call: unknown) => {
  calls.push((call as Call).method)
  return { ok: true }
}

beforeEach(() => {
  vi.useFakeTimers()
  calls.length = 0
  delete there.document
  Object.assign(there, { next: engine, made: 0 })
})

afterEach(() => vi.useRealTimers())

const nothing = () => undefined
const prepared = () => engineDoor((made) => made.lock(), nothing)

test('an engine is made once, and prepared before anything is asked of it', async () => {
  const door = prepared()
  await vi.waitFor(() => Promise.all([door.isOpen(), door.isOpen()]))
  await door.isOpen()
  expect(there.made).toBe(1)
  expect(calls).toEqual(['isOpen', 'lock', 'isOpen', 'isOpen', 'isOpen'])
})

test('a document that is there and does not listen yet is waited for', async () => {
  there.document = {}
  const asked = prepared().isOpen()
  await vi.advanceTimersByTimeAsync(1000)
  expect(calls).toEqual([])
  there.document.answer = engine
  await vi.advanceTimersByTimeAsync(50)
  expect(await asked).toBe(true)
  expect(there.made).toBe(0)
})

test('a document that never listens, and one that never answers, is made anew', async () => {
  for (const broken of [{}, { answer: () => new Promise<never>(() => undefined) }]) {
    there.document = broken
    there.made = 0
    const asked = prepared().isOpen()
    await vi.advanceTimersByTimeAsync(11_000)
    expect(await asked).toBe(true)
    expect(there.made).toBe(1)
  }
})

test('a call that an engine died under fails, and the next one has a prepared engine', async () => {
  const door = prepared()
  await door.isOpen()
  there.document!.answer = async () => {
    delete there.document
    throw new Error('The message channel closed before a response was received.')
  }
  await expect(door.accounts([], [])).rejects.toMatchObject({ code: 'engine-gone' })
  calls.length = 0
  expect(await door.isOpen()).toBe(true)
  expect(there.made).toBe(2)
  expect(calls).toEqual(['isOpen', 'lock', 'isOpen'])
})

test('a call that no engine heard is heard by the next one', async () => {
  const door = prepared()
  await door.isOpen()
  delete there.document
  calls.length = 0
  expect(await door.isOpen()).toBe(true)
  expect(calls).toEqual(['isOpen', 'lock', 'isOpen'])
})

test('an engine that cannot be opened is asked all the same: it says that it is locked', async () => {
  const door = engineDoor(() => Promise.reject(new Error('another key')), nothing)
  expect(await door.isOpen()).toBe(true)
})
