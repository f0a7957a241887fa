import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { NotSetUpError } from './errors.ts'

/** The folder is not there, or is open to others. */
export class FolderError extends Error {
  override readonly name = 'FolderError'
}

/** Where the command line finds the daemon of a folder. */
export const socketOf = (folder: string): string => join(folder, 'control')

/** The file of everything that a daemon keeps. */
export const DATABASE = 'tandem.db'

/** Makes the folder of everything, for its owner alone, unless it is there and is that. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  requireFolder(folder)
}

/** @throws {FolderError} it is not there, or others may enter it. */
export function requireFolder(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (!found?.isDirectory()) throw new FolderError(`there is no folder ${folder}`)
  // SECURITY: what another user makes in it, root too, its owner cannot open. Test: src/folder.test.ts "a folder of another user is refused (needs root)"
  if (found.uid !== process.getuid?.())
    throw new FolderError(`${folder} belongs to another user: run this as that user`)
  // SECURITY: another user of this machine must find neither database nor socket. Test: src/folder.test.ts "a folder that others can enter is refused"
  if ((found.mode & 0o077) !== 0)
    throw new FolderError(`${folder} is open to other users: chmod 700 it`)
}

/** Opening a database that is not there would make one. @throws {NotSetUpError} @throws {FolderError} */
export function requireDatabase(folder: string): void {
  requireFolder(folder)
  if (!existsSync(join(folder, DATABASE))) throw new NotSetUpError(`${folder} holds no co-signer`)
}
