/** A party's number, 1..255. Never 0: the polynomial at 0 is the secret. */
export type PartyId = number

/** The three roles of a wallet, as the party numbers that the default quorum gives them. */
export const DEVICE: PartyId = 1
export const COSIGNER: PartyId = 2
export const RECOVERY: PartyId = 3

/** Largest number of holders of one key. */
const MAX_HOLDERS = 16

/** Who holds a share of a key, and how many of them sign. `holders` is ascending and distinct. */
export type Quorum = { readonly t: number; readonly holders: readonly PartyId[] }

/** Whether `ids` is a non-empty, ascending list of distinct party numbers. */
export function areIds(ids: readonly number[]): boolean {
  return (
    ids.length > 0 &&
    ids.length <= MAX_HOLDERS &&
    ids.every((id, at) => Number.isInteger(id) && id > (ids[at - 1] ?? 0) && id <= 255)
  )
}

/** Whether a quorum is one this package makes: 2 <= t <= n <= 16, distinct ids from 1 to 255. */
export function isQuorum({ t, holders }: Quorum): boolean {
  return areIds(holders) && Number.isInteger(t) && t >= 2 && t <= holders.length
}
