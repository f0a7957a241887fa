import { encodeEvent } from '../event.ts'
import type { Parts } from '../parts.ts'

const NOBODY = new Uint8Array(32)

/**
 * Writes down that somebody was refused. Who is refused all the time is counted, and no longer written
 * down each time.
 *
 * @param device nothing for a stranger.
 */
export async function refuse(
  { store, limits, metrics, now }: Pick<Parts, 'store' | 'limits' | 'metrics' | 'now'>,
  device: Uint8Array | undefined,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
  // SECURITY: the log is kept for good: nobody must fill the disk by being turned away. Test: src/core/limits/refuse.test.ts "a flood of refusals leaves few rows and is counted in full"
  if (limits && !limits.refusal(device)) return metrics.count('refusal', code)
  const at = now().getTime()
  const event = { type: 'refused', at, device: device ?? NOBODY, code, message } as const
  await store.commit({ events: [encodeEvent(event)] })
}
