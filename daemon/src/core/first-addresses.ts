import type { PublicKeyAt } from '@tandem/chains'
import type { Parts } from './parts.ts'
import { publicKeys } from './public-keys.ts'
import type { WalletRecord } from './wallet-record.ts'

/** The first address of a wallet on a chain. */
export type FirstAddress = { readonly chain: string; readonly address: string }

type Chains = Pick<Parts, 'chain' | 'chains'>

/**
 * The record with its first address on each chain that is set up. To derive them takes many milliseconds,
 * and a list shows many wallets: they are kept, once they may be shown. The keys of a wallet never change.
 */
export function withAddresses(parts: Chains, record: WalletRecord): WalletRecord {
  if (hasAddresses(parts, record)) return record
  const found = firstAddresses(parts, record)
  const addresses = [...new Set(found.map(({ address }) => address))].map((address) => ({
    address,
    chains: found.filter((one) => one.address === address).map(({ chain }) => chain),
  }))
  return { ...record, addresses }
}

/** Whether nothing has to be derived to show a wallet. */
export const hasAddresses = ({ chains }: Chains, record: WalletRecord): boolean =>
  !isComplete(record) || !record.tested || chains.every((id) => kept(record, id) !== undefined)

/** In the order of the settings; none of a wallet that lacks a key. */
export function firstAddresses(parts: Chains, record: WalletRecord): readonly FirstAddress[] {
  if (!isComplete(record)) return []
  let keyAt: PublicKeyAt | undefined
  return parts.chains.flatMap((chain) => {
    const address =
      kept(record, chain) ??
      parts.chain(chain)?.addresses((keyAt ??= publicKeys(record.keys)), 0, 1)[0]?.address
    return address === undefined ? [] : [{ chain, address }]
  })
}

const isComplete = ({ keys }: WalletRecord): boolean =>
  [1, 2, 3].every((suite) => keys.some((key) => key.suite === suite))

/** Several chains write an address in the same way. */
const kept = ({ addresses = [] }: WalletRecord, id: string): string | undefined =>
  addresses.find(({ chains }) => chains.includes(id))?.address
