import { closeSync, constants, copyFileSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { moveFile } from '../durable-file.ts'
import { CliError } from './cli-error.ts'

/** A name that nobody else takes meanwhile; what comes under it comes whole. */
export type ReservedFile = {
  /** Puts a copy of another file there, durable before this returns. */
  fill(from: string): void
  /** Gives the name back, unless it was filled. */
  release(): void
}

/** @throws {CliError} there is a file of this name. */
export function reserveFile(path: string): ReservedFile {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CliError(
        'no',
        `${path} is there already.`,
        'Nothing is written over: choose another name.',
      )
    throw error
  }
  const part = `${path}.part`
  let isFilled = false
  return {
    fill(from) {
      closeSync(openSync(part, 'wx', 0o600))
      copyFileSync(from, part, constants.COPYFILE_FICLONE)
      const file = openSync(part, 'r+')
      try {
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      moveFile(part, path)
      isFilled = true
    },
    release() {
      if (isFilled) return
      rmSync(part, { force: true })
      rmSync(path, { force: true })
    },
  }
}
