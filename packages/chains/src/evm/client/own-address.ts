import type { Account, OwnAddress } from '../../account.ts'

/** The one address of an account on an EVM chain. */
export function ownAddress({ id, addresses }: Account): OwnAddress {
  const [own] = addresses
  if (!own) throw new RangeError(`${id} has no address`)
  return own
}
