/**
 * The passkeys of a daemon. A device offers one; it counts once the operator has accepted it, because
 * whoever may add a second factor has none to fear.
 */
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import {
  type ControlMessage,
  enrolChallenge,
  equalBytes,
  factorChallenge,
  payloadHash,
} from '@tandem/protocol'
import * as z from 'zod'
import type { Assertion, Authenticator } from '../../ports/authenticator.ts'
import type { Store } from '../../ports/store.ts'
import type { Decision } from '../decision.ts'
import { bytes, decodeRow, encodeRow, someBytes, time } from '../encoding.ts'
import { ClientError } from '../errors.ts'
import { type Event, encodeEvent } from '../event.ts'
import { inTurn } from '../log/in-turn.ts'

type Offer = Extract<ControlMessage, { type: 'enrol' }>
type Answer = Extract<ControlMessage, { type: 'enrolment' }>

const Row = z.strictObject({
  /** Of the offer. */
  requestId: bytes(16),
  /** Identity of the device that offered it. */
  device: bytes(32),
  name: z.string().max(64),
  at: time,
  accepted: z.boolean(),
  key: z.strictObject({
    id: someBytes,
    publicKey: someBytes,
    counter: z.int().min(0),
    /** Of the browser that made it, where its device has one. */
    origin: z.string().exactOptional(),
  }),
})
type Row = z.infer<typeof Row>

const PREFIX = utf8ToBytes('passkey ')
const rowKey = (requestId: Uint8Array): Uint8Array => concatBytes(PREFIX, requestId)
/** How long an offer waits for the operator. */
const OFFER_MS = 24 * 60 * 60_000
const MOST = 32

/** A passkey as its owner knows it. */
export type PasskeyView = {
  /** Of the offer, in hex. */
  readonly id: string
  readonly name: string
  readonly at: Date
  readonly accepted: boolean
}

export type Passkeys = {
  /** From a device, with the origin that it was paired from. @throws {ClientError} */
  offer(offer: Offer, device: Uint8Array, origin?: string): Promise<Answer>
  list(): Promise<readonly PasskeyView[]>
  /** The offers of a device that were accepted, and not removed since. */
  counting(device: Uint8Array): Promise<Uint8Array[]>
  /** The operator agrees. @returns whether it was offered and is not too old. */
  accept(id: string): Promise<boolean>
  /** @returns whether there was one, offered or accepted. */
  remove(id: string): Promise<boolean>
  /** Uses an assertion up, for the verdict that asks. @throws {ClientError} `wrong-factor` */
  use(asks: Decision, assertion: Assertion): Promise<void>
}

export function passkeys({
  store,
  authenticator,
  now,
}: {
  readonly store: Store
  readonly authenticator: Authenticator
  readonly now: () => Date
}): Passkeys {
  // One at a time: an assertion that comes twice at once must meet the counter of the first.
  const turn = inTurn()

  async function all(): Promise<Row[]> {
    const rows = await store.list('factor', { prefix: PREFIX, limit: 2 * MOST })
    return rows.map(({ value }) => decodeRow(Row, value))
  }

  async function save(row: Row, what: Extract<Event, { type: 'factor' }>['what']): Promise<void> {
    const value = encodeRow(Row, row)
    await store.commit({
      rows: [{ table: 'factor', key: rowKey(row.requestId), value }],
      events: [noted(what)],
    })
  }

  async function drop(row: Row): Promise<void> {
    await store.commit({
      rows: [{ table: 'factor', key: rowKey(row.requestId) }],
      events: [noted('removed')],
    })
  }

  const noted = (what: Extract<Event, { type: 'factor' }>['what']) =>
    encodeEvent({ type: 'factor', at: now().getTime(), kind: 'passkey', what })

  const isOld = ({ accepted, at }: Row) => !accepted && now().getTime() >= at + OFFER_MS
  const named = async (id: string) =>
    (await all()).find(({ requestId }) => bytesToHex(requestId) === id)

  return {
    offer: (offer, device, origin) =>
      turn(async () => {
        const { requestId } = offer
        const answer = (state: Answer['state']): Answer => ({ type: 'enrolment', requestId, state })
        const rows = await all()
        const known = rows.find((row) => equalBytes(row.requestId, requestId))
        if (known && !equalBytes(known.device, device)) return answer('refused')
        if (known) return answer(known.accepted ? 'enrolled' : isOld(known) ? 'refused' : 'waits')
        const challenge = enrolChallenge(requestId, device)
        const made = await authenticator.made(offer, challenge, origin)
        if (!made || rows.some((row) => equalBytes(row.key.id, made.id))) return answer('refused')
        const key = { ...made, ...(origin !== undefined && { origin }) }
        // One offer a device: a device that offers on and on must not hide the one that is meant.
        for (const row of rows)
          if (!row.accepted && (isOld(row) || equalBytes(row.device, device))) await drop(row)
        if ((await all()).length >= MOST) return answer('refused')
        const row = {
          requestId,
          device,
          name: offer.name,
          at: now().getTime(),
          accepted: false,
          key,
        }
        await save(row, 'proposed')
        return answer('waits')
      }),

    list: async () =>
      (await all())
        .filter((row) => !isOld(row))
        .map(({ requestId, name, at, accepted }) => ({
          id: bytesToHex(requestId),
          name,
          at: new Date(at),
          accepted,
        })),

    counting: async (device) =>
      (await all())
        .filter((row) => row.accepted && equalBytes(row.device, device))
        .map(({ requestId }) => requestId),

    accept: (id) =>
      turn(async () => {
        const row = await named(id)
        if (!row || row.accepted || isOld(row)) return false
        await save({ ...row, accepted: true }, 'enrolled')
        return true
      }),

    remove: (id) =>
      turn(async () => {
        const row = await named(id)
        if (!row) return false
        await drop(row)
        return true
      }),

    use: (asks, assertion) =>
      turn(async () => {
        const { payload, expiresAt } = asks
        const challenge = factorChallenge({
          ...asks,
          payload: payloadHash(payload),
          expiresAt: BigInt(expiresAt),
        })
        // SECURITY: a key that nobody at this machine has accepted is the device's own word. Test: test/passkey.test.ts "counts once the operator has accepted it"
        const row = (await all()).find(
          ({ accepted, key }) => accepted && equalBytes(key.id, assertion.credentialId),
        )
        const counter = row && (await authenticator.signed(assertion, row.key, challenge))
        if (row === undefined || counter === undefined) {
          await store.commit({ events: [noted('wrong')] })
          throw new ClientError('wrong-factor', 'this passkey proves nothing for this request')
        }
        await save({ ...row, key: { ...row.key, counter } }, 'shown')
      }),
  }
}
