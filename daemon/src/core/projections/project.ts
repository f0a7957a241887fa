import { concatBytes } from '@noble/hashes/utils.js'
import type { Event } from '../event.ts'
import type { Draft } from './draft.ts'
import { NO_TOTAL, type RowOf, TOTAL, number } from './rows.ts'
import { giveBack, take } from './spending.ts'

const NEWEST_REFUSALS = 100

/** Requests whose time is over that go with each new decision. */
const AT_ONCE = 4

/** Marks after which a signature can exist without us: what was reserved is spent. */
const final = new Set(['released', 'answered', 'signed'])

type Total = RowOf<'total'>
type Wallet = RowOf<'wallet'>
/** What an event adds to the totals, beside being counted. */
type Added = Partial<Pick<Total, 'devices' | 'wallets' | 'pending' | 'setBacks'>>

type Handlers = {
  readonly [T in Event['type']]?: (
    view: Draft,
    event: Extract<Event, { type: T }>,
    total: Total,
  ) => Promise<Added | undefined>
}

/** An event that is not here is only counted. */
const handlers: Handlers = {
  async paired(view, { identityPk, noisePk, name, at }) {
    const known = await view.get('device', identityPk)
    view.set('device', identityPk, { noisePk, name, pairedAt: at })
    return known && known.revokedAt === undefined ? undefined : { devices: 1 }
  },

  async revoked(view, { identityPk, at }) {
    const device = await view.get('device', identityPk)
    if (!device || device.revokedAt !== undefined) return undefined
    view.set('device', identityPk, { ...device, revokedAt: at })
    return { devices: -1 }
  },

  async epoch(view, event, { setBacks }) {
    const { wallet, device, state, epoch, at } = event
    const known = await view.get('wallet', wallet)
    if (known && (known.state === 'active' || known.state === 'self-tested')) {
      const { prepared: _, ...rest } = known
      if (state === 'prepared') view.set('wallet', wallet, { ...known, prepared: epoch })
      else if (state === 'aborted') view.set('wallet', wallet, rest)
      else if (state === 'self-tested') view.set('wallet', wallet, { ...known, state })
      if (state !== 'active') return undefined
    }
    const { signatures = 0, lastSignedAt } = known ?? {}
    const signed = { signatures, ...(lastSignedAt !== undefined && { lastSignedAt }) }
    view.set('wallet', wallet, { device, epoch, state, since: at, setBacks, ...signed })
    const [was, is] = [isThere(known?.state), isThere(state)].map(Number)
    return { wallets: (is ?? 0) - (was ?? 0) }
  },

  async 'set-back'(view, { wallet }) {
    if (!wallet) return { setBacks: 1 }
    return inWallet(view, wallet, (before) => ({ ...before, trouble: 'set-back' }))
  },

  lost: (view, { wallet }) => inWallet(view, wallet, (before) => ({ ...before, trouble: 'lost' })),

  async decided(view, event) {
    const { wallet, requestId, chain, account, rule, decision, spends, at, expiresAt } = event
    const ended = (await endPending(view, event)) + (await endOverdue(view, at))
    if (decision === 'needs-factor') {
      const asked = { wallet, requestId, chain, account, rule, at, expiresAt }
      view.set('pending', pendingId(event), asked)
      view.set('due', dueId(asked), { wallet, requestId })
      return { pending: 1 - ended }
    }
    if (decision === 'allow') {
      view.set('open', openId(event), { at, expiresAt, spends })
      await take(view, wallet, spends, at)
    }
    return { pending: -ended }
  },

  async mark(view, event) {
    const { requestId, wallet, at } = event
    if (!final.has(event.mark) || !requestId) return undefined
    view.set('open', openId({ wallet, requestId }), undefined)
    if (event.mark !== 'signed') return undefined
    return inWallet(view, wallet, (before) => ({
      ...before,
      signatures: before.signatures + 1,
      lastSignedAt: at,
    }))
  },

  async released(view, event) {
    const ended = await endPending(view, event)
    const reserved = await view.get('open', openId(event))
    if (reserved) {
      view.set('open', openId(event), undefined)
      await giveBack(view, event.wallet, reserved.spends, reserved.at)
    }
    return { pending: -ended }
  },

  async refused(view, { at, device, code, message }, { events }) {
    const count = events['refused'] ?? 0
    view.set('refusal', number(count), { at, device, code, message })
    if (count >= NEWEST_REFUSALS) view.set('refusal', number(count - NEWEST_REFUSALS), undefined)
    return undefined
  },
}

/** Adds one event more to what the log adds up to. */
export async function project(view: Draft, event: Event): Promise<void> {
  const before = (await view.get('total', TOTAL)) ?? NO_TOTAL
  const added = (await apply(handlers, view, event, before)) ?? {}
  const { length, devices, wallets, pending, setBacks, events, refusals } = before
  view.set('total', TOTAL, {
    length: length + 1,
    devices: devices + (added.devices ?? 0),
    wallets: wallets + (added.wallets ?? 0),
    pending: pending + (added.pending ?? 0),
    setBacks: setBacks + (added.setBacks ?? 0),
    events: plusOne(events, event.type),
    refusals: event.type === 'refused' ? plusOne(refusals, event.code) : refusals,
  })
}

async function apply<T extends Event['type']>(
  table: Handlers,
  view: Draft,
  event: Extract<Event, { type: T }>,
  total: Total,
): Promise<Added | undefined> {
  const handler: Handlers[T] = table[event.type]
  return handler?.(view, event, total)
}

const isThere = (state: Wallet['state'] | undefined): boolean =>
  state !== undefined && state !== 'aborted'

async function inWallet(
  view: Draft,
  wallet: Uint8Array,
  change: (before: Wallet) => Wallet,
): Promise<undefined> {
  const before = await view.get('wallet', wallet)
  if (before) view.set('wallet', wallet, change(before))
}

type Request = { readonly wallet: Uint8Array; readonly requestId: Uint8Array }

const openId = ({ wallet, requestId }: Request) => concatBytes(wallet, requestId)
const pendingId = ({ wallet, requestId }: Request) => concatBytes(requestId, wallet)
const dueId = (asked: Request & { readonly expiresAt: number }) =>
  concatBytes(number(asked.expiresAt), pendingId(asked))

/** @returns how many ended. */
async function endPending(view: Draft, request: Request): Promise<number> {
  const known = await view.get('pending', pendingId(request))
  if (!known) return 0
  view.set('pending', pendingId(known), undefined)
  view.set('due', dueId(known), undefined)
  return 1
}

async function endOverdue(view: Draft, now: number): Promise<number> {
  let ended = 0
  for (const { row } of await view.first('due', AT_ONCE)) {
    const known = await view.get('pending', pendingId(row))
    if (known && known.expiresAt <= now) ended += await endPending(view, row)
  }
  return ended
}

const plusOne = (counts: Readonly<Record<string, number>>, key: string) => ({
  ...counts,
  [key]: (counts[key] ?? 0) + 1,
})
