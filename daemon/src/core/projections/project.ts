import { bytesToHex } from '@noble/hashes/utils.js'
import type { Event } from '../event.ts'
import { giveBack, take } from './spending.ts'
import type { View } from './view.ts'

const NEWEST = 100

/** Marks after which a signature can exist without us: what was reserved is spent. */
const final = new Set(['released', 'answered', 'signed'])

type Handlers = {
  readonly [T in Event['type']]?: (view: View, event: Extract<Event, { type: T }>) => View
}

/** An event that is not here is only counted. */
const handlers: Handlers = {
  paired(view, { identityPk, noisePk, name, at }) {
    const device = { noisePk, name, pairedAt: at }
    return { ...view, devices: { ...view.devices, [bytesToHex(identityPk)]: device } }
  },

  revoked(view, { identityPk, at }) {
    const key = bytesToHex(identityPk)
    const device = view.devices[key]
    if (!device) return view
    return { ...view, devices: { ...view.devices, [key]: { ...device, revokedAt: at } } }
  },

  epoch(view, { wallet, device, state, epoch, at }) {
    const key = bytesToHex(wallet)
    const known = view.wallets[key]
    const isUsed = known?.state === 'active' || known?.state === 'self-tested'
    if (isUsed && state === 'prepared')
      return inWallet(view, wallet, (before) => ({ ...before, prepared: epoch }))
    if (isUsed && state === 'aborted')
      return inWallet(view, wallet, (before) => {
        const { prepared: _, ...rest } = before
        return rest
      })
    if (isUsed && state === 'self-tested')
      return inWallet(view, wallet, (before) => ({ ...before, state }))
    const { signatures = 0, lastSignedAt } = known ?? {}
    const signed = { signatures, ...(lastSignedAt !== undefined && { lastSignedAt }) }
    const next = { device, epoch, state, since: at, ...signed }
    return { ...view, wallets: { ...view.wallets, [key]: next } }
  },

  'set-back'(view, { wallet }) {
    return inWallet(view, wallet, (before) => ({ ...before, trouble: 'set-back' }))
  },

  lost(view, { wallet }) {
    return inWallet(view, wallet, (before) => ({ ...before, trouble: 'lost' }))
  },

  decided(before, event) {
    const { wallet, requestId, chain, account, rule, decision, spends, at, expiresAt } = event
    const key = requestKey(event)
    const view = { ...before, pending: without(before.pending, key) }
    if (decision === 'deny') return view
    if (decision === 'needs-factor') {
      const asked = { wallet, requestId, chain, account, rule, at, expiresAt }
      return { ...view, pending: { ...view.pending, [key]: asked } }
    }
    return {
      ...view,
      open: { ...view.open, [key]: { at, expiresAt, spends } },
      spending: take(view.spending, bytesToHex(wallet), spends, at),
    }
  },

  mark(view, event) {
    if (!final.has(event.mark) || !event.requestId) return view
    const open = without(view.open, requestKey({ ...event, requestId: event.requestId }))
    if (event.mark !== 'signed') return { ...view, open }
    return inWallet({ ...view, open }, event.wallet, (before) => ({
      ...before,
      signatures: before.signatures + 1,
      lastSignedAt: event.at,
    }))
  },

  released(view, event) {
    const key = requestKey(event)
    const reserved = view.open[key]
    const pending = without(view.pending, key)
    if (!reserved) return { ...view, pending }
    const { spends, at } = reserved
    return {
      ...view,
      pending,
      open: without(view.open, key),
      spending: giveBack(view.spending, bytesToHex(event.wallet), spends, at),
    }
  },

  refused({ refusals, ...view }, { at, device, code, message }) {
    const newest = [...refusals.newest, { at, device, code, message }].slice(-NEWEST)
    return { ...view, refusals: { byCode: plusOne(refusals.byCode, code), newest } }
  },
}

/** What the log adds up to after one event more. */
export function project(before: View, event: Event): View {
  const view = { ...before, counts: plusOne(before.counts, event.type) }
  return apply(handlers, view, event)
}

function apply<T extends Event['type']>(
  table: { readonly [K in T]?: (view: View, event: Extract<Event, { type: K }>) => View },
  view: View,
  event: Extract<Event, { type: T }>,
): View {
  const handler = table[event.type]
  return handler ? handler(view, event) : view
}

type Wallet = View['wallets'][string]

function inWallet(view: View, wallet: Uint8Array, change: (before: Wallet) => Wallet): View {
  const key = bytesToHex(wallet)
  const before = view.wallets[key]
  return before ? { ...view, wallets: { ...view.wallets, [key]: change(before) } } : view
}

const requestKey = ({ wallet, requestId }: { wallet: Uint8Array; requestId: Uint8Array }) =>
  `${bytesToHex(wallet)}/${bytesToHex(requestId)}`

const plusOne = (counts: Record<string, number>, key: string) => ({
  ...counts,
  [key]: (counts[key] ?? 0) + 1,
})

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  if (!(key in record)) return record
  const { [key]: _, ...rest } = record
  return rest
}
