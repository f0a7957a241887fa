/** What is said of the log, and of what is kept beside it. */
import * as z from 'zod'
import { time } from './time.ts'

export const Entry = z.strictObject({
  place: z.int(),
  at: time,
  type: z.string(),
  hash: z.string(),
  /** The event in full; what a person reads of it is {@link Entry.text}. */
  event: z.record(z.string(), z.json()),
  text: z.string(),
})
export type Entry = z.infer<typeof Entry>
export const Entries = z.strictObject({ length: z.int(), entries: z.array(Entry) })

export const Verified = z.strictObject({
  entries: z.int(),
  rows: z.int(),
  checkpoints: z.int(),
  root: z.string(),
})
export type Verified = z.infer<typeof Verified>

/** A backup in the folder of the co-signer, for the caller to move away. */
export const BackupMade = z.strictObject({
  path: z.string(),
  at: time,
  /** Of the log. */
  entries: z.int(),
  /** SHA-256 of the file. */
  digest: z.string(),
})
export type BackupMade = z.infer<typeof BackupMade>

export const Examined = z.strictObject({
  /** When the last one was made. */
  backup: time.optional(),
  /** Whether every share is in it. */
  isComplete: z.boolean(),
  wallets: z.int(),
  /** How many of them sign nothing before their shares are new. */
  setBack: z.int(),
  /** How many of these never will: their devices have newer ones. */
  lost: z.int(),
  pid: z.int(),
  /** Milliseconds that its clock moved otherwise than time passed, since it started; sleep counts. */
  moved: z.int(),
  sqlite: z.string(),
  synchronous: z.string(),
})
export type Examined = z.infer<typeof Examined>

export const Rebuilt = z.strictObject({
  rows: z.int(),
  differ: z.int(),
  /** The first that differ. */
  names: z.array(z.string()),
  /** Another hand changed some. */
  damaged: z.boolean(),
})
export type Rebuilt = z.infer<typeof Rebuilt>
