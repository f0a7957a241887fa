/** What a Solana transaction or message means, and the bytes that are signed for it. */
export { decodeAddress, encodeAddress } from './address.ts'
export { type SolanaClient, solanaClient } from './client.ts'
export { offChainMessage } from './off-chain-message.ts'
export { type Outline, outline } from './outline.ts'
export {
  type Table,
  batchPayload,
  messagePayload,
  offChainMessagePayload,
  transactionPayload,
} from './payloads.ts'
export { TOKEN, TOKEN_2022 } from './program-ids.ts'
export { tokenAddress } from './program-address.ts'
export { type SignInInput, parseSignIn, signInText } from './sign-in.ts'
export { solana } from './solana.ts'
