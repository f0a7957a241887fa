import { bytesToHex as hex, hexToBytes } from '@noble/hashes/utils.js'
import { type FirstAddresses, completed, firstAddressPage, isComplete } from '../first-addresses.ts'
import { breather } from '../log/breathe.ts'
import type { Parts } from '../parts.ts'
import { type WalletRecord, walletKey, walletPage } from '../wallet-record.ts'
import type { Inside } from './inside.ts'
import type { Page, WalletView, Wallets } from './messages.ts'

/** The wallets that this daemon has a share of, in the order of their devices. */
export async function wallets(
  { parts }: Pick<Inside, 'parts'>,
  { after, limit = 100 }: Page,
): Promise<Wallets> {
  const page = { limit, ...(after !== undefined && { after: hexToBytes(after) }) }
  const records = await walletPage(parts.store, page)
  const addressesOf = await firstAddressPage(parts.store, page)
  const revoked = new Map<string, boolean>()
  for (const { device } of records) {
    if (revoked.has(hex(device))) continue
    const known = await parts.view.get('device', device)
    revoked.set(hex(device), known?.revokedAt !== undefined)
  }
  const found: WalletView[] = []
  const rest = breather()
  for (const record of records) {
    const known = (await isLost(parts, record)) ? 'lost' : stateOf(record)
    const state = revoked.get(hex(record.device)) === true ? 'revoked' : known
    found.push({
      id: hex(record.wallet),
      device: hex(record.device),
      state,
      ...(record.active && { generation: record.active.epoch }),
      createdAt: new Date(record.createdAt).toISOString(),
      addresses:
        state === 'ready' ? addressViews(parts, completed(parts, record, addressesOf(record))) : [],
    })
    // Those of an older database, or on a chain that is new, are derived.
    if (!isComplete(parts, record, addressesOf(record))) await rest()
  }
  const last = records.length < limit ? undefined : records.at(-1)
  return { wallets: found, ...(last && { next: hex(walletKey(last.device, last.wallet)) }) }
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

/** In the order of the settings. */
const addressViews = (parts: Parts, known: FirstAddresses): WalletView['addresses'] =>
  parts.chains.flatMap((chain) => {
    const found = known.find((one) => one.chains.includes(chain))
    const name = parts.chain(chain)?.network.name ?? chain
    return found ? [{ chain, name, address: found.address }] : []
  })
