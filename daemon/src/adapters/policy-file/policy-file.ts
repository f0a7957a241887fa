import { lstatSync, readFileSync } from 'node:fs'
import type { Document } from '../../core/policy/document.ts'
import { PolicyFileError, policyOfText } from './policy-text.ts'

/** Reads a policy that only its owner can have written. @throws {PolicyFileError} */
export function policyFile(path: string): Document {
  return policyOfText(textOf(path), path)
}

function textOf(path: string): string {
  try {
    const { mode, uid } = lstatSync(path)
    // SECURITY: who can write the policy decides what is signed. Test: src/adapters/policy-file/policy-file.test.ts "that others can write is refused"
    if ((mode & 0o022) !== 0 || (uid !== 0 && uid !== process.getuid?.()))
      throw new PolicyFileError(`${path} can be written by other users: chmod go-w it`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof PolicyFileError) throw error
    throw new PolicyFileError(`${path} cannot be read`, { cause: error })
  }
}
