import { TABLES, bytes, join, u8, u16, u32, u64 } from './instructions.ts'
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
  const data = join(
    u32(1),
    u64(2n ** 64n - 1n),
    u64(0n),
    u8(0),
    u8(1),
    authority.publicKey,
    u16(0),
    ...addresses.map(bytes),
  )
  vm.set(table, { lamports: vm.rent(data.length), owner: TABLES, data, executable: false })
}
