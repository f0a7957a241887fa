import { bytesToHex as hex, hexToBytes } from '@noble/hashes/utils.js'
import { type Suite, network } from '@tandem/chains'
import { derive } from '@tandem/protocol'
import type { Parts } from '../parts.ts'
import { type WalletRecord, walletKey, walletPage } from '../wallet-record.ts'
import type { Inside } from './inside.ts'
import type { Page, WalletView, Wallets } from './messages.ts'

/** The wallets that this daemon has a share of, in the order of their devices. */
export async function wallets(
  { parts, chains }: Pick<Inside, 'parts' | 'chains'>,
  { after, limit = 100 }: Page,
): Promise<Wallets> {
  const page = { limit, ...(after !== undefined && { after: hexToBytes(after) }) }
  const records = await walletPage(parts.store, page)
  const revoked = new Map<string, boolean>()
  for (const { device } of records) {
    if (revoked.has(hex(device))) continue
    const known = await parts.view.get('device', device)
    revoked.set(hex(device), known?.revokedAt !== undefined)
  }
  const lost = new Set<WalletRecord>()
  for (const record of records) if (await isLost(parts, record)) lost.add(record)
  const last = records.length < limit ? undefined : records.at(-1)
  return {
    wallets: records.map((record): WalletView => {
      const known = lost.has(record) ? 'lost' : stateOf(record)
      const state = revoked.get(hex(record.device)) === true ? 'revoked' : known
      return {
        id: hex(record.wallet),
        device: hex(record.device),
        state,
        ...(record.active && { generation: record.active.epoch }),
        createdAt: new Date(record.createdAt).toISOString(),
        addresses: state === 'ready' ? firstAddresses(parts, record, chains) : [],
      }
    }),
    ...(last && { next: hex(walletKey(last.device, last.wallet)) }),
  }
}

/**
 * Whether a wallet is set back so far that its device came with shares that no share here fits. Of one that is not
 * set back it was an older copy of the device, which says nothing about the newest.
 */
export async function isLost(
  { view }: Pick<Parts, 'view'>,
  { wallet, setBack }: WalletRecord,
): Promise<boolean> {
  return setBack === true && (await view.get('wallet', wallet))?.trouble === 'lost'
}

function stateOf({ active, tested, setBack }: WalletRecord): WalletView['state'] {
  if (!active) return 'making'
  if (setBack === true) return 'set-back'
  return tested ? 'ready' : 'untested'
}

function firstAddresses(
  parts: Parts,
  { keys }: WalletRecord,
  chains: readonly string[],
): WalletView['addresses'] {
  if (![1, 2, 3].every((suite) => keys.some((key) => key.suite === suite))) return []
  // Many chains have the same path.
  const derived = new Map<string, Uint8Array>()
  const keyAt = (suite: Suite, path: readonly number[]) => {
    const name = [suite, ...path].join('/')
    const key = keys.find((one) => one.suite === suite)
    if (!key) throw new Error(`the wallet has no key of suite ${suite}`)
    const found = derived.get(name) ?? derive(suite, key.publicKey, key.chainCode, path).publicKey
    derived.set(name, found)
    return found
  }
  return chains.flatMap((id) => {
    const [first] = parts.chain(id)?.addresses(keyAt, 0, 1) ?? []
    return first ? [{ chain: id, name: network(id).name, address: first.address }] : []
  })
}
