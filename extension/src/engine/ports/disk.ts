/**
 * Rows that outlive the worker, by name.
 *
 * A write is all or nothing, and durable when its promise resolves: nothing that depends on it may
 * leave before.
 */
export interface Disk {
  get(name: string): Promise<Uint8Array | undefined>

  /** Rows whose names begin with this, in the order of their names. */
  list(prefix: string): Promise<readonly Row[]>

  /** An absent value deletes. @throws when nothing of it was stored. */
  write(rows: readonly { readonly name: string; readonly value?: Uint8Array }[]): Promise<void>
}

export type Row = { readonly name: string; readonly value: Uint8Array }
