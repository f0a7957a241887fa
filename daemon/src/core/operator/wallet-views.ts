import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { type Suite, network } from '@tandem/chains'
import { derive } from '@tandem/protocol'
import { allDevices } from '../devices.ts'
import type { Parts } from '../parts.ts'
import { type WalletRecord, allWallets } from '../wallet-record.ts'
import type { Inside } from './inside.ts'
import type { WalletView } from './messages.ts'

/** Every wallet that this daemon has a share of. */
export async function wallets({ parts, chains }: Pick<Inside, 'parts' | 'chains'>) {
  const revoked = new Set(
    (await allDevices(parts.store))
      .filter(({ revokedAt }) => revokedAt !== undefined)
      .map(({ identityPk }) => hex(identityPk)),
  )
  const records = await allWallets(parts.store)
  return records.map((record): WalletView => {
    const state = revoked.has(hex(record.device)) ? 'revoked' : stateOf(record)
    return {
      id: hex(record.wallet),
      device: hex(record.device),
      state,
      ...(record.active && { generation: record.active.epoch }),
      createdAt: new Date(record.createdAt).toISOString(),
      addresses: state === 'ready' ? chains.flatMap((id) => firstAddress(parts, record, id)) : [],
    }
  })
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
