/**
 * Contracts that have one address on every chain, because the address is made from their code
 * (EIP-2470, EIP-1014) or from one presigned transaction. In lower case.
 */

/** Uniswap's Permit2. */
export const PERMIT2 = '0x000000000022d473030f116ddee9f6b43ac78ba3'

/** Multicall3 (mds1/multicall). */
export const MULTICALL3 = '0xca11bde05977b3631167028862be2a173976ca11'

/** Safe's MultiSend 1.3.0 (two deployments) and 1.4.1 (safe-global/safe-deployments). */
export const MULTI_SEND: ReadonlySet<string> = new Set([
  '0xa238cbeb142c10ef7ad8442c6d1f9e89e07e7761',
  '0x998739bfdaadde7c933b942a68053933098f9eda',
  '0x38869bf66a61cf6bdb996a6ae40d5853fd43b526',
])

/** Safe's MultiSendCallOnly of the same versions. */
export const MULTI_SEND_CALL_ONLY: ReadonlySet<string> = new Set([
  '0x40a2accbd92bca938b02010e17a5b8929b49130d',
  '0xa1dabef33b3b82c7814b6d82a79e50f4ac44102b',
  '0x9641d764fc13c8b624c04430c7356c1c7c8102e2',
])
