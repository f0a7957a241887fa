import type { Connected } from '../connected.ts'

/** Addresses as EIP-1193 has them. */
export const accountsOnEvm = ({ accounts }: Connected): string[] =>
  accounts.flatMap(({ addresses }) => addresses.map(({ address }) => address))

/** As EIP-695 writes the number of a chain (CAIP-2). */
export const chainNumber = (chain: string): string =>
  `0x${BigInt(chain.slice('eip155:'.length)).toString(16)}`
