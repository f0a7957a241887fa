import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { KeyWrapError } from '../../ports/key-wrap.ts'
import { type Made, noteBackup } from '../backup/last-backup.ts'
import { inTurn } from '../log/in-turn.ts'
import type { Parts } from '../parts.ts'
import { OperatorError } from './errors.ts'
import type { BackupMade, Done } from './messages.ts'

/** Backups of a daemon that runs: it writes one, the command line moves it to where it shall lie. */
export type Backups = {
  /** @param secret a passphrase, for the caller to wipe. */
  make(secret: Uint8Array): Promise<BackupMade>
  /** The last one lies where it shall. @throws {OperatorError} */
  keep(digest: string): Promise<Done>
}

/** @param write puts one into the folder; an earlier one is gone. */
export function backups(
  { store }: Pick<Parts, 'store'>,
  write: (secret: Uint8Array) => Promise<Made & { readonly path: string }>,
): Backups {
  const turn = inTurn()
  let last: Made | undefined
  return {
    make: (secret) =>
      turn(async () => {
        const { path, ...made } = await write(secret).catch(notMade)
        last = made
        const { at, entries, digest } = made
        return { path, at: new Date(at).toISOString(), entries, digest: hex(digest) }
      }),
    keep: (digest) =>
      turn(async () => {
        if (!last || hex(last.digest) !== digest)
          throw new OperatorError('over', 'another backup was made since')
        await noteBackup(store, last)
        last = undefined
        return { done: true }
      }),
  }
}

/** A disk that is full stops the backup, and nothing else. */
function notMade(error: unknown): never {
  if (error instanceof KeyWrapError) throw error
  const why = error instanceof Error ? error.message : String(error)
  throw new OperatorError('refused', `no backup was made: ${why}`)
}
