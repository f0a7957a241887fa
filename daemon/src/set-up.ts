import { boot, isSetUp, setUp } from './core/boot.ts'
import type { Outside } from './daemon.ts'
import { AlreadySetUpError } from './errors.ts'
import { makeFolder } from './folder.ts'
import { type Sealing, keepSealing } from './sealing.ts'
import { identityOf } from './core/link.ts'
import { keptPolicy } from './core/policy/kept-policy.ts'
import { version } from './version.ts'

/**
 * Makes a daemon: its folder, the key that seals everything, its secrets, its database.
 *
 * @param policy by what it decides first: its text, which was read before. The default policy.
 * @returns its identity.
 * @throws {AlreadySetUpError}
 */
export async function setUpDaemon(
  out: Outside,
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
  policy?: string,
): Promise<Uint8Array> {
  makeFolder(folder)
  const raw = out.openStore(folder)
  try {
    if (await isSetUp(raw)) throw new AlreadySetUpError(`${folder} holds a co-signer already`)
    const made = await make(out, folder, sealing, secret)
    const keys = await out.openKeys(folder, made, secret)
    try {
      await setUp(raw, keys, out.entropy)
      const { root, store } = await boot(raw, keys, out.entropy, { version, now: out.now })
      if (policy !== undefined) {
        const { now, policyText: text } = out
        await keptPolicy({ store, text, now, after: () => () => undefined }, () => policy)
      }
      return identityOf(root.identity)
    } finally {
      await keys.close()
    }
  } finally {
    await raw.close()
  }
}

async function make(
  out: Outside,
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
): Promise<Sealing> {
  try {
    const made = await out.makeKeys(folder, sealing, secret)
    keepSealing(folder, made)
    return made
  } catch (cause) {
    // A key without a database is what remains of a daemon whose database is gone.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    throw new AlreadySetUpError(`${folder} holds a key, but no database that it opens`, { cause })
  }
}
