import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { ControlMessage } from '@tandem/protocol'
import type { KeptPolicy } from './kept-policy.ts'

/** By what we decide, for a device: it keeps the name, and shows its user when that is another one. */
export function policyMessage(policy: KeptPolicy): ControlMessage {
  const { version, hash, text, since } = policy.current()
  const waiting = policy.waiting()
  return {
    type: 'policy',
    version,
    hash,
    text: utf8ToBytes(text),
    since: BigInt(since.getTime()),
    ...(waiting && {
      waiting: {
        hash: waiting.hash,
        text: utf8ToBytes(waiting.text),
        at: BigInt(waiting.at.getTime()),
      },
    }),
  }
}
