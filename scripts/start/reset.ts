import { existsSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { say } from './say.ts'

/** Removes what a start left, once a person has typed that they mean it. @returns whether it did. */
export async function reset(folders: readonly string[]): Promise<boolean> {
  const there = folders.filter((folder) => existsSync(folder))
  if (there.length === 0) return true
  say('This removes the co-signer with its share, and the browser with the other:')
  for (const folder of there) say(`  ${folder}`)
  say('Without the recovery phrase the wallet and its money are lost for good.')
  if (!process.stdin.isTTY) {
    say('Nobody is at a terminal to ask. Nothing was removed.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const typed = await terminal.question('Type "remove my wallet" to go on: ')
  terminal.close()
  if (typed.trim().toLowerCase() !== 'remove my wallet') {
    say('Nothing was removed.')
    return false
  }
  for (const folder of there) rmSync(folder, { recursive: true })
  return true
}
