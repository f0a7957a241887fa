import { type Decided, storedActivity } from '../../messages/stored.ts'
import { kept } from './item.ts'

export const activity = kept(storedActivity)

/** Older ones are forgotten: the disk of an extension is small, and the chains remember. */
const MOST = 300

/** Keeps one, in the place of what was known of it before. */
export async function keep(record: Decided): Promise<void> {
  await activity.change((all) =>
    all.some(({ id }) => id === record.id)
      ? all.map((one) => (one.id === record.id ? record : one))
      : [record, ...all].slice(0, MOST),
  )
}

/** Keeps one, unless it is kept already. */
export async function keepNew(record: Decided): Promise<void> {
  await activity.change((all) =>
    all.some(({ id }) => id === record.id) ? all : [record, ...all].slice(0, MOST),
  )
}

/** Every address that was paid from here on one chain, and how often. */
export async function paidOn(chain: string): Promise<ReadonlyMap<string, number>> {
  const paid = (await activity.get())
    .filter((record) => record.chain === chain && record.sent !== undefined)
    .flatMap(({ explained }) => explained?.explanation.intents ?? [])
    .flatMap((intent) => {
      if (intent.kind === 'transfer') return [intent.to]
      if (intent.kind !== 'payment') return []
      return intent.outputs.flatMap(({ to, address }) =>
        to === 'other' && address !== undefined ? [address] : [],
      )
    })
  const times = new Map<string, number>()
  for (const address of paid) times.set(address, (times.get(address) ?? 0) + 1)
  return times
}
