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
        addresses: state === 'ready' ? chains.flatMap((id) => firstAddress(parts, record, id)) : [],
      }
    }),
    ...(last && { next: hex(walletKey(last.device, last.wallet)) }),
  }
}

/** Whether its device came with shares that no share here fits. */
export async function isLost(
  { view }: Pick<Parts, 'view'>,
  { wallet }: WalletRecord,
): Promise<boolean> {
  return (await view.get('wallet', wallet))?.trouble === 'lost'
}

function stateOf({ active, tested, setBack }: WalletRecord): WalletView['state'] {
  if (!active) return 'making'
  if (setBack === true) return 'set-back'
  return tested ? 'ready' : 'untested'
}

function firstAddress(parts: Parts, record: WalletRecord, id: string): WalletView['addresses'] {
  const chain = parts.chain(id)
  const keyOf = (suite: Suite) => record.keys.find((key) => key.suite === suite)
  const keyAt = (suite: Suite, path: readonly number[]) => {
    const key = keyOf(suite)
    if (!key) throw new Error(`the wallet has no key of suite ${suite}`)
    return derive(suite, key.publicKey, key.chainCode, path).publicKey
  }
  if (!chain || ![1, 2, 3].every((suite) => record.keys.some((key) => key.suite === suite)))
    return []
  const [first] = chain.addresses(keyAt, 0, 1)
  return first ? [{ chain: id, name: network(id).name, address: first.address }] : []
}
