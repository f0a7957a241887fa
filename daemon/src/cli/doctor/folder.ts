import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../command.ts'
import type { Finding } from './finding.ts'

/** The folder, and whether others can look into it or into a file of it. */
export function folder({ config, sealing }: Settings): Finding {
  const what = 'folder'
  const { folder: path } = config
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return { what, found: `there is no ${path}`, fix: 'Run: tandem init' }
  if ((found.mode & 0o077) !== 0)
    return { what, found: `${path} is open to other users`, fix: `Run: chmod 700 ${path}` }
  if (found.uid !== process.getuid?.())
    return {
      what,
      found: `${path} belongs to another user`,
      fix: 'Run Tandem as the user who owns it, always as the same.',
    }
  if (existsSync(join(path, 'restoring.db')))
    return {
      what,
      found: `a restore was broken off in ${path}`,
      fix: 'Empty the folder, then run tandem restore again.',
    }
  if (!existsSync(join(path, 'tandem.db')))
    return sealing
      ? {
          what,
          found: `${path} has no database, although it was set up`,
          fix: 'Run tandem restore with a backup, into another folder, or recover with your recovery phrase. Do not run init here.',
        }
      : { what, found: `${path} holds no co-signer yet`, fix: 'Run: tandem init' }
  const open = readdirSync(path).find(
    (name) => name !== 'control' && (lstatSync(join(path, name)).mode & 0o077) !== 0,
  )
  if (open === undefined) return { what, found: path }
  const file = join(path, open)
  return { what, found: `${file} is open to other users`, fix: `Run: chmod 600 ${file}` }
}
