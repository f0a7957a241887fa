import type { Disk } from '../ports/disk.ts'

/** Rows that live as long as this object. */
export function memoryDisk(): Disk {
  const rows = new Map<string, Uint8Array>()
  return {
    get: async (name) => {
      const value = rows.get(name)
      return value && Uint8Array.from(value)
    },
    list: async (prefix) =>
      [...rows]
        .filter(([name]) => name.startsWith(prefix))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value: Uint8Array.from(value) })),
    async write(batch) {
      for (const { name, value } of batch)
        if (value) rows.set(name, Uint8Array.from(value))
        else rows.delete(name)
    },
  }
}
