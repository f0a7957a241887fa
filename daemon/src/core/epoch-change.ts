/** How the epochs of a wallet follow each other in our store: one transaction for each step. */
import {
  COSIGNER,
  type ControlMessage,
  DEVICE,
  type Mark,
  type Prepared,
  acceptAbort,
  acceptAck,
  activate,
  answerG5,
  forget,
  prepare,
  signAck,
} from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Batch } from '../ports/store.ts'
import { releasing } from './release.ts'
import { newShares } from './backup/last-backup.ts'
import { type Decision, loadDecision } from './decision.ts'
import type { Event } from './event.ts'
import type { Device, Parts } from './parts.ts'
import { freshRow } from './re-ot-consent.ts'
import { endedRows } from './retention/unsigned.ts'
import { logOf } from './signing.ts'
import { applyMarks, ledgerRows, loadLedger } from './signing-rows.ts'
import {
  type Changed,
  type WalletRecord,
  epochsOf,
  erasedShare,
  loadShare,
  shareRow,
  wipeShare,
  withEpochs,
} from './wallet-record.ts'
import type { Wallets } from './wallets.ts'

type Rows = NonNullable<Batch['rows']>

/** Keeps what a ceremony made, before our certificate leaves. From here on the old epoch is refused. */
export async function keepPrepared(
  parts: Parts,
  registry: Wallets,
  device: Device,
  instanceId: Uint8Array,
  { share, sid, tau }: Prepared,
): Promise<void> {
  const [first] = share.keys
  if (!first) throw new Error('a share has keys')
  const wallet = first.keyId
  await registry.change(device.identityPk, wallet, async (known) => {
    const at = parts.now().getTime()
    const record = known ?? {
      wallet,
      device: device.identityPk,
      keys: share.keys.map(({ suite, keyId, publicKey, chainCode }) => ({
        suite,
        keyId,
        publicKey,
        chainCode,
      })),
      tested: false,
      createdAt: at,
    }
    const { epoch } = share
    const epochs = prepare(epochsOf(record), { epoch, sid, tau, value: undefined })
    await registry.close(wallet)
    return {
      record: { ...withEpochs(record, epochs), ceremony: instanceId },
      rows: [await shareRow(parts.keys, parts.entropy, wallet, share)],
      events: [
        { type: 'epoch', at, wallet, device: device.identityPk, state: 'prepared', epoch, tau },
      ],
    }
  })
}

/**
 * The device's certificate of what is prepared: it is active, and the epoch before it retired.
 *
 * @returns our acknowledgement. @throws {ProtocolAbort} CERT
 */
export async function activatePrepared(
  parts: Parts,
  registry: Wallets,
  { device, wallet }: WalletRecord,
  body: Uint8Array,
): Promise<ControlMessage | undefined> {
  let ack: ControlMessage | undefined
  // SECURITY: what a person agrees to while the epoch changes would be signed in the next one. Test: test/rotation.test.ts "what is decided while the epoch changes ends with it"
  await registry.changeAlone(device, wallet, async (record) => {
    const { prepared } = record ?? {}
    if (!record || !prepared) return undefined
    const { epoch, sid, tau } = prepared
    const share = await loadShare(parts.keys, parts.store, wallet, epoch)
    if (!share) throw new Error('a prepared wallet without its share')
    const certified = answerG5({ share, sid, tau }, body)
    const { epochs, erase } = activate(epochsOf(record), { ...prepared, value: undefined })
    const sign = (message: Uint8Array) => ed25519.sign(message, parts.root.identity)
    ack = { type: 'dkg-ack', from: COSIGNER, ...signAck(epochs, COSIGNER, sign) }
    const at = parts.now().getTime()
    const ended = record.active ? await endRequests(parts, wallet, epoch) : NOTHING
    const row = await shareRow(parts.keys, parts.entropy, wallet, certified)
    wipeShare(share)
    const { ceremony: _ceremony, ot: _ot, setBack, allowed, ...rest } = record
    const { rotation, ...left } = allowed ?? {}
    // SECURITY: an epoch that an old copy had prepared was used since, and what it signed is forgotten. Test: test/rotation.test.ts "an epoch that was prepared before a store was set back does not bring it back"
    const isOld = setBack === true && rotation === undefined
    return {
      record: {
        ...withEpochs(rest, epochs),
        tested: false,
        allowed: left,
        ...(isOld && { setBack }),
      },
      rows: [
        row,
        newShares(tau),
        ...(erase ? [erasedShare(wallet, erase.epoch)] : []),
        ...ended.rows,
      ],
      events: [
        { type: 'epoch', at, wallet, device, state: 'active', epoch, tau },
        ...(erase ? [{ type: 'erased', at, wallet, epoch: erase.epoch } as const] : []),
        ...ended.events,
      ],
    }
  })
  return ack
}

const NOTHING = { rows: [] as Rows, events: [] as Event[] }

/**
 * What was allowed in the epoch before is not signed in the next one without being asked again, and
 * the record of the OT setup begins anew.
 */
async function endRequests(parts: Parts, wallet: Uint8Array, epoch: number) {
  const ledger = await loadLedger(parts.store, wallet, { epoch, otNo: 0 })
  const open = [...ledger.requests.values()].filter(
    ({ cancelled, entries }) => !cancelled && entries.some(({ signature }) => !signature),
  )
  const marks: Mark[] = [
    { type: 'rekeyed', epoch, otNo: 0 },
    ...open.map(({ request }) => ({ type: 'cancelled', requestId: request.requestId }) as const),
  ]
  const at = parts.now()
  const rows: Rows[] = [[...ledgerRows(wallet, applyMarks(ledger, marks), marks), freshRow(wallet)]]
  const events: Event[] = marks.map((mark) => logOf(wallet, mark, at))
  const ended: Decision[] = []
  let after: Uint8Array | undefined
  for (;;) {
    const waiting = await parts.store.list('expiry', { prefix: wallet, ...(after && { after }) })
    for (const { value: requestId } of waiting) {
      const decision = await loadDecision(parts.store, wallet, requestId)
      if (!decision || (decision.state !== 'allowed' && decision.state !== 'asks')) continue
      const { rows: freed, event } = await releasing(parts.store, decision, 'cancelled', at)
      rows.push([...freed])
      events.push(event)
      ended.push(decision)
    }
    after = waiting.at(-1)?.key
    if (after) continue
    return { rows: [...rows.flat(), ...(await endedRows(parts.store, wallet, ended))], events }
  }
}

/**
 * The device's abort of what is prepared: back to the epoch before, or to nothing.
 *
 * @throws {ProtocolAbort} CERT
 */
export async function abortPrepared(
  parts: Parts,
  registry: Wallets,
  { device, wallet }: WalletRecord,
  signature: Uint8Array,
): Promise<void> {
  await registry.change(device, wallet, async (record): Promise<Changed | undefined> => {
    if (!record?.prepared) return undefined
    const peer = { id: DEVICE, identityPk: device }
    const { epochs, erase } = acceptAbort(epochsOf(record), peer, signature)
    if (!erase) return undefined
    const at = parts.now().getTime()
    const { ceremony: _ceremony, ...rest } = record
    const { active } = epochs
    const about = { type: 'epoch', at, wallet, device } as const
    return {
      record: active && withEpochs(rest, epochs),
      rows: [erasedShare(wallet, erase.epoch)],
      events: [
        { ...about, state: 'aborted', epoch: erase.epoch, tau: erase.tau },
        ...(active
          ? [{ ...about, state: 'active', epoch: active.epoch, tau: active.tau } as const]
          : []),
      ],
    }
  })
}

/** The device is in our active epoch, by its signed word or by what it says on connecting. */
export async function eraseRetired(
  parts: Parts,
  registry: Wallets,
  { device, wallet }: WalletRecord,
  ack?: { readonly tau: Uint8Array; readonly signature: Uint8Array },
): Promise<void> {
  await registry.change(device, wallet, async (record) => {
    if (!record?.retired) return undefined
    const held = epochsOf(record)
    const peer = { id: DEVICE, identityPk: device }
    const { epochs, erase } = ack ? acceptAck(held, peer, ack) : forget(held)
    if (!erase) return undefined
    return {
      record: withEpochs(record, epochs),
      rows: [erasedShare(wallet, erase.epoch)],
      events: [{ type: 'erased', at: parts.now().getTime(), wallet, epoch: erase.epoch }],
    }
  })
}
