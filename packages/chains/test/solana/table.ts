import { getAddressLookupTableEncoder } from '@solana-program/address-lookup-table'
import type { Address } from '@solana/kit'
import { TABLES } from './addresses.ts'
import { type Key, type Svm, key } from './svm.ts'

let made = 0

/** An address lookup table that the runtime uses. Its contents can be written again: {@link fill}. */
export function lookupTable(vm: Svm, authority: Key, addresses: readonly string[]): string {
  made += 1
  const { address } = key(`table ${made}`)
  fill(vm, address, authority, addresses)
  return address
}

/** The state of the address lookup table program: active, extended long ago. */
export function fill(vm: Svm, table: string, authority: Key, addresses: readonly string[]): void {
  const encoded = getAddressLookupTableEncoder().encode({
    deactivationSlot: 2n ** 64n - 1n,
    lastExtendedSlot: 0n,
    lastExtendedSlotStartIndex: 0,
    authority: authority.address as Address,
    addresses: addresses as Address[],
  })
  const data = new Uint8Array(encoded)
  vm.set(table, { lamports: vm.rent(data.length), owner: TABLES, data, executable: false })
}
