import { type ControlMessage, signCheckpoint } from '@tandem/protocol'
import type { Root } from '../root.ts'
import type { Log } from './kept-log.ts'
import { proveConsistency } from './proofs.ts'
import { rootOf } from './range.ts'

type CheckpointMessage = Extract<ControlMessage, { type: 'checkpoint' }>

/**
 * Our log as it is now, signed, with the proof that it continues the one that a device knew.
 *
 * @param from the length that the device keeps. There is no proof from a length that we do not have: what
 *   it gets then convicts us.
 */
export async function checkpointSince(
  { log, root, now }: { readonly log: Log; readonly root: Root; readonly now: () => Date },
  from: bigint,
): Promise<CheckpointMessage> {
  const { range } = log.tip()
  const length = BigInt(range.length)
  const state = { length, root: rootOf(range), at: BigInt(now().getTime()) }
  const proof = from < length ? await proveConsistency(log.store, Number(from), range.length) : []
  return { type: 'checkpoint', ...signCheckpoint(state, root.identity), proof }
}
