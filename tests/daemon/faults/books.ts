/** What is on the disk of a daemon that has stopped, against what its devices got. */
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { keyFile } from '../../../daemon/src/adapters/key-wrap/key-file.ts'
import { sqlite } from '../../../daemon/src/adapters/stores/sqlite/sqlite.ts'
import { loadDecision, spentSince } from '../../../daemon/src/core/decision.ts'
import { decodeEvent } from '../../../daemon/src/core/event.ts'
import { openLog } from '../../../daemon/src/core/log/open-log.ts'
import { ROOT_KEY } from '../../../daemon/src/core/log/rows.ts'
import { verifyLog } from '../../../daemon/src/core/log/verify-log.ts'
import { openRoot } from '../../../daemon/src/core/root.ts'
import { walletsOf } from '../../../daemon/src/core/wallet-record.ts'
import type { Store } from '../../../daemon/src/ports/store.ts'
import type { Kept } from '../test-device.ts'
import type { Packet } from '../wire.ts'

/** A device between its connections, and all that it ever received. */
export type Subject = { kept: Kept; readonly received: Packet[] }

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** What has to be in the log before these leave. */
const marks = new Map([
  ['F2', 'started'],
  ['F4', 'signed'],
  ['S2', 'answered'],
])

/** What left without its mark, and budgets that count less than what left. Verifies the log, too. */
export async function unbooked(home: string, subjects: readonly Subject[]): Promise<string[]> {
  const raw = sqlite(join(home, 'tandem.db'))
  try {
    const sealed = await raw.get('meta', ROOT_KEY)
    if (!sealed) throw new Error('no co-signer')
    const root = await openRoot(keyFile(join(home, 'key')), sealed)
    const log = await openLog(raw, root, () => new Date())
    await verifyLog(log, root)
    const logged = await marksOf(log.store)
    const wrong: string[] = []
    for (const subject of subjects) wrong.push(...(await missing(log.store, logged, subject)))
    return wrong
  } finally {
    await raw.close()
  }
}

async function marksOf(store: Store): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  let from = 1
  for (;;) {
    const page = await store.events(from, 500)
    for (const { body } of page) {
      const event = decodeEvent(body)
      if (event.type !== 'mark' || !event.requestId) continue
      found.add(`${event.mark} ${hex(event.requestId)}/${event.index}/${event.attempt}`)
    }
    from += page.length
    if (page.length === 0) return found
  }
}

async function missing(
  store: Store,
  logged: ReadonlySet<string>,
  { kept, received }: Subject,
): Promise<string[]> {
  const wrong: string[] = []
  const records = await walletsOf(store, ed25519.getPublicKey(kept.identity))
  const left = new Map<string, { wallet: Uint8Array; asset: string; sum: bigint }>()
  const requests = new Set<string>()
  for (const { header } of received) {
    const mark = marks.get(header.type)
    if (mark === undefined) continue
    const name = `${mark} ${hex(header.requestId)}/${header.index}/${header.attempt}`
    if (!logged.has(name)) wrong.push(`no mark: ${name}`)
    const known = hex(header.requestId)
    if (header.type === 'F2' || requests.has(known)) continue
    requests.add(known)
    const wallet = records.find(({ keys }) =>
      keys.some(({ keyId }) => hex(keyId) === hex(header.keyId)),
    )?.wallet
    if (!wallet) {
      wrong.push(`no wallet: ${name}`)
      continue
    }
    // A self-test was asked by nobody.
    const decision = await loadDecision(store, wallet, header.requestId)
    if (decision && decision.state !== 'released') wrong.push(`${decision.state}: ${name}`)
    for (const { asset, amount } of decision?.spends ?? []) {
      const key = `${hex(wallet)} ${asset}`
      left.set(key, { wallet, asset, sum: (left.get(key)?.sum ?? 0n) + amount })
    }
  }
  for (const { wallet, asset, sum } of left.values()) {
    const booked = await spentSince(store, wallet, asset, new Date(0))
    if (booked < sum) wrong.push(`${booked} booked of ${sum}: ${asset}`)
  }
  return wrong
}
