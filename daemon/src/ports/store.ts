/**
 * Where the daemon keeps everything that must outlive it: rows by table and key, and a log.
 *
 * One commit is all or nothing, and durable when its promise resolves: nothing that depends on it
 * may leave the process before. Keys are compared byte by byte. Values mean nothing here.
 */
export interface Store {
  get(table: Table, key: Uint8Array): Promise<Uint8Array | undefined>

  /** Rows in the order of their keys. */
  list(table: Table, range?: Range): Promise<Row[]>

  /** @throws {StoreError} `failed`: nothing of the batch is stored, and the process must end. */
  commit(batch: Batch): Promise<Head>

  /** Log entries from a place on, in order. Places count from 1. */
  events(from: number, limit: number): Promise<LogEntry[]>

  head(): Promise<Head>

  close(): Promise<void>
}

export const tables = [
  'meta',
  'device',
  'wallet',
  'address',
  'share',
  'pair',
  'request',
  'decision',
  'pruned',
  'unsigned',
  'expiry',
  'use',
  'outpoint',
  'spend',
  'checkpoint',
  'tree',
  'sum',
  'view-0',
  'view-1',
  'factor',
  'sid',
] as const
export type Table = (typeof tables)[number]

export type Row = { readonly key: Uint8Array; readonly value: Uint8Array }

export type Range = {
  /** Only keys that begin with this. */
  readonly prefix?: Uint8Array
  /** Only keys after this one. */
  readonly after?: Uint8Array
  /** 100. */
  readonly limit?: number
}

export type Batch = {
  /** Whole tables, or the keys of one that begin with a prefix: emptied before rows are put. */
  readonly clear?: readonly { readonly table: Table; readonly prefix?: Uint8Array }[]
  /** Absent values delete. A key is named once at most. */
  readonly rows?: readonly { table: Table; key: Uint8Array; value?: Uint8Array }[]
  /** Appended to the log in this order. */
  readonly events?: readonly Uint8Array[]
}

/** The end of the log: how many entries it has, and the hash of the last one ({@link entryHash}). */
export type Head = { readonly length: number; readonly hash: Uint8Array }

export type LogEntry = {
  readonly place: number
  readonly body: Uint8Array
  readonly hash: Uint8Array
}

/**
 * - `busy`      another process has it open
 * - `newer`     it was written by a later version of the program
 * - `unsafe`    it cannot promise what a commit promises
 * - `damaged`   its structure is broken
 * - `failed`    the disk refused to read or write
 */
export type StoreErrorCode = 'busy' | 'newer' | 'unsafe' | 'damaged' | 'failed'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
