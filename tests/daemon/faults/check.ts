/** The outside checker: it knows the disk and what the device got, and nothing of the program. */
import { ed25519 } from '@noble/curves/ed25519.js'
import * as tandem from '@tandem/protocol'
import { loadDecision, spentSince } from '../../../daemon/src/core/decision.ts'
import type { Event } from '../../../daemon/src/core/event.ts'
import { checkReceipt } from '../../../daemon/src/core/receipt.ts'
import { loadLedger } from '../../../daemon/src/core/signing-rows.ts'
import { walletsOf } from '../../../daemon/src/core/wallet-record.ts'
import type { Packet } from '../wire.ts'
import type { Disk } from './disk.ts'
import type { Journal } from './journal.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Where R stands in F2: behind nD, hdr, sid, the extension and the multiplication. */
const R_AT = 96 + 10_768 + 40_000

/** Everything that left a daemon of which the disk knows nothing: no entry is what there should be. */
export async function missingMarks(disk: Disk, journal: Journal): Promise<string[]> {
  const missing: string[] = []
  const wallets = journal.kept ? await walletsOf(disk.store, identityOf(journal)) : []
  const marks = new Set(disk.events.filter(isMark).map(nameOf))
  const spent = new Map<string, { wallet: Uint8Array; asset: string; sum: bigint }>()
  const counted = new Set<string>()

  for (const { header, body } of journal.received) {
    const { type, requestId, index, attempt } = header
    const name = `${type} ${hex(requestId)} ${index} ${attempt}`
    const expect = (isThere: boolean, what: string) => {
      if (!isThere) missing.push(`${name}: ${what}`)
    }
    if (/^(F2|F4|S2|result)$/.test(type)) await share(header, body, name)
    if (type === 'G4')
      expect(disk.events.some(isPrepared(header.epoch, journal)), 'is not prepared')
    if (!/^(verdict|receipt|checkpoint|dkg-ack|hello)$/.test(type)) continue
    const said = tandem.decodeControl(header, body)
    if (said.type === 'hello')
      expect(disk.events.some(isPairing(journal)), 'the device is not paired')
    // What is refused before it is read is only a refusal in the log.
    if (said.type === 'verdict' && said.decision !== 'deny')
      expect(disk.events.some(isDecision(said.requestId)), 'is not decided')
    if (said.type === 'receipt') {
      const { receipts } = disk.root
      const found = await Promise.all(
        wallets.map(({ wallet }) => checkReceipt(receipts, wallet, disk.store, said.receipt)),
      )
      expect(found.includes('ok'), 'is a receipt of another log')
    }
    if (said.type === 'checkpoint')
      expect(said.length <= BigInt(disk.length), 'is a checkpoint of another log')
    if (said.type === 'dkg-ack') expect(disk.events.some(isActive(said.tau)), 'is not active')
  }
  for (const { wallet, asset, sum } of spent.values()) {
    const booked = await spentSince(disk.store, wallet, asset, new Date(0))
    if (booked < sum) missing.push(`${asset}: ${booked} booked of ${sum} that left`)
  }
  return missing

  /** A share of a signature, or a signature: what it rests on, and what it spends. */
  async function share(
    { type, requestId, index, attempt, keyId }: Packet['header'],
    body: Uint8Array,
    name: string,
  ) {
    const record = wallets.find(({ keys }) => keys.some((key) => hex(key.keyId) === hex(keyId)))
    if (!record) {
      missing.push(`${name}: no wallet`)
      return
    }
    const { wallet } = record
    const ledger = await loadLedger(disk.store, wallet, { epoch: 0, otNo: 0 })
    const entry = ledger.requests.get(hex(requestId))?.entries[index]
    const id = `${hex(wallet)} ${hex(requestId)} ${index} ${attempt}`
    const marked = (mark: string) => marks.has(`${id} ${mark}`)
    // A result is of what was signed before, whichever attempt asks for it.
    if (type !== 'result' && (!entry || entry.attempt < attempt))
      missing.push(`${name}: no attempt`)
    if (type === 'F2' && !marked('started')) missing.push(`${name}: not started`)
    if (type === 'F4' && (!marked('signed') || !entry?.signature))
      missing.push(`${name}: not signed`)
    if (type === 'result' && !entry?.signature) missing.push(`${name}: not signed`)
    if (type === 'S2') {
      if (!marked('answered') || !entry || entry.released < attempt)
        missing.push(`${name}: not answered`)
      if (entry?.answer?.attempt === attempt && hex(entry.answer.reply) !== hex(body))
        missing.push(`${name}: answered with something else`)
    }
    if ((type === 'F4' || type === 'S2') && !counted.has(hex(requestId))) {
      counted.add(hex(requestId))
      const decision = await loadDecision(disk.store, wallet, requestId)
      for (const { asset, amount } of decision?.spends ?? []) {
        const key = `${hex(wallet)} ${asset}`
        const sum = (spent.get(key)?.sum ?? 0n) + amount
        spent.set(key, { wallet, asset, sum })
      }
    }
  }
}

type MarkEvent = Extract<Event, { type: 'mark' }>
const isMark = (event: Event): event is MarkEvent => event.type === 'mark'
const nameOf = ({ wallet, requestId, index, attempt, mark }: MarkEvent) =>
  `${hex(wallet)} ${requestId ? hex(requestId) : ''} ${index} ${attempt} ${mark}`

const identityOf = ({ kept }: Journal): Uint8Array =>
  kept ? ed25519.getPublicKey(kept.identity) : new Uint8Array(0)

const isPairing = (journal: Journal) => (event: Event) =>
  event.type === 'paired' && hex(event.identityPk) === hex(identityOf(journal))

const isDecision = (requestId: Uint8Array) => (event: Event) =>
  event.type === 'decided' && hex(event.requestId) === hex(requestId)

const isActive = (tau: Uint8Array) => (event: Event) =>
  event.type === 'epoch' && event.state === 'active' && hex(event.tau) === hex(tau)

const isPrepared = (epoch: number, journal: Journal) => (event: Event) =>
  event.type === 'epoch' &&
  event.state === 'prepared' &&
  event.epoch === epoch &&
  hex(event.device) === hex(identityOf(journal))

/** Nonce commitments that left more than once for different messages. ECDSA: R of F2; FROST: D and E of S2. */
export function nonceTwice(journals: readonly Journal[]): {
  readonly seen: number
  readonly twice: string[]
} {
  const seen = new Map<string, string>()
  const twice: string[] = []
  for (const { header, body } of journals.flatMap(({ received }) => received)) {
    if (header.type !== 'F2' && header.type !== 'S2') continue
    const nonce = hex(header.type === 'F2' ? body.subarray(R_AT, R_AT + 33) : body.subarray(0, -32))
    const about = `${header.type} ${hex(header.requestId)} ${header.index} ${header.attempt}`
    const known = seen.get(nonce)
    if (known !== undefined && known !== about) twice.push(`${known} and ${about}`)
    seen.set(nonce, about)
  }
  return { seen: seen.size, twice }
}
