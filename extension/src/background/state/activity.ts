import { type Decided, storedActivity } from '../../messages/stored.ts'
import { kept } from './item.ts'

export const activity = kept(storedActivity)

/** Older ones are forgotten: the disk of an extension is small, and the chains remember. */
const MOST = 300

/** Keeps one, in the place of what was known of it before. */
export async function keep(record: Decided): Promise<void> {
  await activity.change((all) =>
    [record, ...all.filter(({ id }) => id !== record.id)].slice(0, MOST),
  )
}

/** Every address that was paid from here, on one chain. */
export async function paidOn(chain: string): Promise<ReadonlySet<string>> {
  const all = await activity.get()
  return new Set(
    all
      .filter((record) => record.chain === chain && record.sent !== undefined)
      .flatMap(({ explained }) => explained?.explanation.intents ?? [])
      .flatMap((intent) => {
        if (intent.kind === 'transfer') return [intent.to]
        if (intent.kind !== 'payment') return []
        return intent.outputs.flatMap(({ to, address }) =>
          to === 'other' && address !== undefined ? [address] : [],
        )
      }),
  )
}
