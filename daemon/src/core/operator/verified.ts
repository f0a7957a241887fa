import { bytesToHex } from '@noble/hashes/utils.js'
import { verifyLog } from '../log/verify-log.ts'
import type { Parts } from '../parts.ts'
import type { Verified } from './messages.ts'

/** Reads everything that a daemon keeps, whether it runs or not. Writes nothing. @throws {StoreError} `damaged` */
export async function verified({ log, root }: Pick<Parts, 'log' | 'root'>): Promise<Verified> {
  const { root: tree, ...counts } = await verifyLog(log, root)
  return { ...counts, root: bytesToHex(tree) }
}
