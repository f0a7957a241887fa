/** One file that only this extension can see, apart from its database. */
export type PrivateFile = {
  /** Nothing where there is none. */
  read(): Promise<Uint8Array | undefined>
  /** All of it or nothing. */
  write(bytes: Uint8Array): Promise<void>
}

/** In the browser's own file system. Nothing where it has none. */
export async function privateFile(name: string): Promise<PrivateFile | undefined> {
  try {
    const folder = await navigator.storage.getDirectory()
    return {
      async read() {
        try {
          const handle = await folder.getFileHandle(name)
          return new Uint8Array(await (await handle.getFile()).arrayBuffer())
        } catch (error) {
          if (error instanceof DOMException && error.name === 'NotFoundError') return undefined
          throw error
        }
      },
      async write(bytes) {
        const handle = await folder.getFileHandle(name, { create: true })
        // What is written takes the place of the file when it is closed, and not before.
        const writing = await handle.createWritable()
        await writing.write(Uint8Array.from(bytes))
        await writing.close()
      },
    }
  } catch {
    return undefined
  }
}
