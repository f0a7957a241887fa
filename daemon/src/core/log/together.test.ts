import { utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { memory } from '../../adapters/stores/memory.ts'
import type { Batch, Store } from '../../ports/store.ts'
import { commitTogether } from './together.ts'

/** A store that shows what it was asked to commit. */
function watched(fails = false): { store: Store; commits: Batch[] } {
  const inner = memory()
  const commits: Batch[] = []
  const store: Store = {
    ...inner,
    commit(batch) {
      commits.push(batch)
      return fails ? Promise.reject(new Error('disk')) : inner.commit(batch)
    },
  }
  return { store, commits }
}

const batch = (key: string, value = key): Batch => ({
  rows: [{ table: 'pair', key: utf8ToBytes(key), value: utf8ToBytes(value) }],
  events: [utf8ToBytes(`${key}=${value}`)],
})

describe('commits of several wallets', () => {
  test('that come together are one, with their events in order', async () => {
    const { store, commits } = watched()
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(names.map((name) => commitTogether(store, batch(name))))
    expect(commits).toHaveLength(1)
    for (const name of names)
      expect(await store.get('pair', utf8ToBytes(name))).toEqual(utf8ToBytes(name))
    const events = await store.events(1, 10)
    expect(events.map(({ body }) => new TextDecoder().decode(body))).toEqual(
      names.map((name) => `${name}=${name}`),
    )
    await commitTogether(store, batch('e'))
    expect(commits).toHaveLength(2)
  })

  test('are over when they are stored, not before', async () => {
    const { store } = watched()
    const done = commitTogether(store, batch('a'))
    expect(await store.get('pair', utf8ToBytes('a'))).toBeUndefined()
    await done
    expect(await store.get('pair', utf8ToBytes('a'))).toBeDefined()
  })

  test('fail together', async () => {
    const { store } = watched(true)
    const both = [commitTogether(store, batch('a')), commitTogether(store, batch('b'))]
    for (const one of both) await expect(one).rejects.toThrow('disk')
  })

  test('of the same row are stored one after the other', async () => {
    const { store, commits } = watched()
    await Promise.all([
      commitTogether(store, batch('a', 'first')),
      commitTogether(store, batch('a', 'second')),
    ])
    expect(commits).toHaveLength(2)
    expect(await store.get('pair', utf8ToBytes('a'))).toEqual(utf8ToBytes('second'))
  })

  test('of two stores have nothing to do with each other', async () => {
    const [one, other] = [watched(), watched(true)]
    const [ours, theirs] = await Promise.allSettled([
      commitTogether(one.store, batch('a')),
      commitTogether(other.store, batch('a')),
    ])
    expect([ours.status, theirs.status]).toEqual(['fulfilled', 'rejected'])
  })
})
