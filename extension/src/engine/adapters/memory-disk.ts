import type { Disk } from '../ports/disk.ts'

/** Rows that live as long as this object. */
export function memoryDisk(): Disk {
  const rows = new Map<string, Uint8Array>()
  return {
    get: async (name) => rows.get(name)?.slice(),
    list: async (prefix) =>
      [...rows]
        .filter(([name]) => name.startsWith(prefix))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value: value.slice() })),
    async write(batch) {
      for (const { name, value } of batch)
        if (value) rows.set(name, value.slice())
        else rows.delete(name)
    },
  }
}
