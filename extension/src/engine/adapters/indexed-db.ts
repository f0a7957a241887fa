import type { Disk, Row } from '../ports/disk.ts'

const STORE = 'rows'

/** Rows in this browser's database. A write is on the disk, not only handed to it, when it resolves. */
export async function indexedDb(name: string): Promise<Disk> {
  const request = indexedDB.open(name, 1)
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE))
  const database = await done(request)

  const read = () => database.transaction(STORE, 'readonly').objectStore(STORE)

  return {
    async get(key) {
      const value: unknown = await done(read().get(key))
      return value instanceof Uint8Array ? value : undefined
    },

    async list(prefix) {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      const store = read()
      const [keys, values] = await Promise.all([
        done(store.getAllKeys(range)),
        done<unknown[]>(store.getAll(range)),
      ])
      return keys.flatMap((key, at): Row[] => {
        const value = values[at]
        return typeof key === 'string' && value instanceof Uint8Array ? [{ name: key, value }] : []
      })
    },

    write: (rows) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' })
        const store = transaction.objectStore(STORE)
        for (const { name: key, value } of rows)
          if (value) store.put(Uint8Array.from(value), key)
          else store.delete(key)
        transaction.addEventListener('complete', () => resolve())
        transaction.addEventListener('abort', () => reject(failure(transaction.error)))
        // Nothing more comes: the browser need not tell of each row before it begins.
        transaction.commit()
      }),
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(failure(request.error)))
  })
}

const failure = (cause: unknown) => new Error('the browser did not keep what it should', { cause })
