import { lstatSync, readFileSync } from 'node:fs'
import { PolicyTextError } from '../../ports/policy-text.ts'

/** What a file says that only its owner can have written. @throws {PolicyTextError} */
export function policyFile(path: string): string {
  try {
    const { mode, uid } = lstatSync(path)
    // SECURITY: who can write the policy decides what is signed. Test: src/adapters/policy-file/policy-file.test.ts "that others can write is refused"
    if ((mode & 0o022) !== 0 || (uid !== 0 && uid !== process.getuid?.()))
      throw new PolicyTextError(`${path} can be written by other users: chmod go-w it`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof PolicyTextError) throw error
    throw new PolicyTextError(`${path} cannot be read`, { cause: error })
  }
}
