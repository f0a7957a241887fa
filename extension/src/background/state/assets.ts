import { storedHoldings, storedTokens } from '../../messages/stored.ts'
import { kept } from './item.ts'

/** Tokens that are shown with the native coins. */
export const tokens = kept(storedTokens)

/** What the nodes said last. */
export const holdings = kept(storedHoldings)
