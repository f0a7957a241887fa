import type { Path, Suite } from './suite.ts'

/** An address whose key this wallet shares. */
export type OwnAddress = {
  readonly type: 'evm' | 'p2wpkh' | 'p2tr' | 'solana'
  /** As people see it: with EIP-55 checksum, Bech32 or Base58. */
  readonly address: string
  /** How parsers find it: {@link Account.own}. */
  readonly key: string
  readonly suite: Suite
  readonly path: Path
  /** What {@link PublicKeyAt} gives at `path`. */
  readonly publicKey: Uint8Array
  /** A Bitcoin change address, which is never given to anybody. */
  readonly change: boolean
}

/** Who signs: every address of one account on one chain. */
export type Account = {
  /** CAIP-10 of the first address. */
  readonly id: string
  readonly number: number
  readonly addresses: readonly OwnAddress[]
  /** By the address in lower case (EVM), the output script in hex (Bitcoin), Base58 (Solana). */
  readonly own: ReadonlyMap<string, OwnAddress>
}

/** @param addresses in order, at least one. */
export function account(chain: string, number: number, addresses: readonly OwnAddress[]): Account {
  const [first] = addresses
  if (!first) throw new RangeError('an account has at least one address')
  return {
    id: `${chain}:${first.address}`,
    number,
    addresses,
    own: new Map(addresses.map((own) => [own.key, own])),
  }
}
