import type { ControlMessage } from '@tandem/protocol'
import { ClientError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { checkpointSince } from './checkpoint.ts'

/** Shows our log to one device, which keeps its newest state as a witness. */
export type Auditing = {
  /** @throws {ClientError} `rolled-back`: the device knows a longer log. It has our answer already. */
  answer(length: bigint): Promise<void>
  /** Goes on from the last answer. A device that never asked hears nothing. */
  signed(): Promise<void>
}

export function auditing(
  parts: Pick<Parts, 'log' | 'root' | 'now'>,
  send: (message: ControlMessage) => void,
): Auditing {
  let known: bigint | undefined

  async function tell(from: bigint): Promise<bigint> {
    const checkpoint = await checkpointSince(parts, from)
    send(checkpoint)
    return checkpoint.length
  }

  return {
    async answer(length) {
      // What was sent unasked overtakes the question: by the answer, the device keeps that.
      known = await tell(known ?? length)
      if (length > known)
        throw new ClientError(
          'rolled-back',
          `the device knows ${length} entries, here are ${known}`,
        )
    },
    async signed() {
      if (known !== undefined) known = await tell(known)
    },
  }
}
