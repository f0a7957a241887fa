import { decodeRow, encodeRow, wipe } from '@tandem/protocol'
import type * as z from 'zod'
import type { Box } from '../ports/box.ts'
import type { Disk } from '../ports/disk.ts'

/** One value that is kept under a name, sealed. */
export function sealedRow<S extends z.ZodType>(name: string, schema: S) {
  return {
    async load(disk: Disk, box: Box): Promise<z.infer<S> | undefined> {
      const sealed = await disk.get(name)
      return sealed && decodeRow(schema, box.open(name, sealed))
    },
    async save(disk: Disk, box: Box, value: z.infer<S>): Promise<void> {
      const plain = encodeRow(schema, value)
      await disk.write([{ name, value: box.seal(name, plain) }])
      wipe(plain)
    },
  }
}
