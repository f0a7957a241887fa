/** Everything that a page of the extension can read of what the browser keeps for it. */
import type { Page } from 'playwright-core'

type Area = { get(which: null): Promise<object>; set(items: object): Promise<void> }
type Extension = { chrome: { storage: Record<'local' | 'session', Area> } }

/** By place: what is there, as Latin-1 text in which every byte is one character. */
export async function keptBy(page: Page): Promise<Readonly<Record<string, string>>> {
  return page.evaluate(async () => {
    const latin = (bytes: Uint8Array) =>
      Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
    const text = (value: unknown): string =>
      value instanceof Uint8Array
        ? latin(value)
        : value instanceof ArrayBuffer
          ? latin(new Uint8Array(value))
          : typeof value === 'object' && value !== null
            ? Object.entries(value).flat().map(text).join('\n')
            : String(value)
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')))
      })

    const { storage } = (globalThis as never as Extension).chrome
    const kept: Record<string, string> = {
      local: text(await storage.local.get(null)),
      session: text(await storage.session.get(null)),
      database: '',
      files: '',
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!))
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store)
        kept['database'] += `${text(await done(rows.getAllKeys()))}\n`
        kept['database'] += text(
          await done(database.transaction(store).objectStore(store).getAll()),
        )
      }
      database.close()
    }
    const folder = await navigator.storage.getDirectory()
    for await (const handle of (
      folder as never as { values(): AsyncIterable<FileSystemHandle> }
    ).values())
      if (handle instanceof FileSystemFileHandle)
        kept['files'] += latin(new Uint8Array(await (await handle.getFile()).arrayBuffer()))
    return kept
  })
}

/** Where a secret is, in any of the ways in which bytes are written. */
export function placesOf(
  kept: Readonly<Record<string, string>>,
  secret: Uint8Array,
): readonly string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const forms = [
    bytes.toString('latin1'),
    hex,
    hex.toUpperCase(),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    [...bytes].join(),
    Buffer.from(bytes.toString('latin1'), 'utf16le').toString('latin1'),
  ]
  return Object.entries(kept)
    .filter(([, text]) => forms.some((form) => text.includes(form)))
    .map(([place]) => place)
}

/** Puts a secret into each of these places, so that a test sees that it would be found. */
export async function plant(page: Page, secret: Uint8Array): Promise<void> {
  await page.evaluate(
    async (canary) => {
      const bytes = Uint8Array.from(canary)
      const { storage } = (globalThis as never as Extension).chrome
      await storage.local.set({ canary: btoa(String.fromCharCode(...bytes)) })
      await storage.session.set({ canary: [...bytes].join() })
      const folder = await navigator.storage.getDirectory()
      const file = await folder.getFileHandle('canary', { create: true })
      const written = await file.createWritable()
      await written.write(bytes)
      await written.close()
      const happened = (target: EventTarget, type: string) =>
        new Promise((resolve) => target.addEventListener(type, resolve, { once: true }))
      const opening = indexedDB.open('canary')
      await happened(opening, 'upgradeneeded')
      opening.result.createObjectStore('canary')
      await happened(opening, 'success')
      const writing = opening.result.transaction('canary', 'readwrite')
      writing.objectStore('canary').put({ inner: bytes }, 'canary')
      await happened(writing, 'complete')
      opening.result.close()
    },
    [...secret],
  )
}
