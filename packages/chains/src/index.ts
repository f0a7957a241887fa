/**
 * What a transaction or message means, on every chain of the wallet, and the bytes that are signed
 * for it. README.md has an example.
 */
export { type Account, type OwnAddress, account } from './account.ts'
export { type AssetParts, assetId, parseAccountId, parseAssetId, parseChainId } from './caip.ts'
export type { Chain, Complete, Digest, Reading, Signed } from './chain.ts'
export type { Balance, ChainClient, Draft, FeeTiers, Status, Tier } from './client.ts'
export { DECODERS } from './decoders.ts'
export { ChainError, type ChainErrorCode } from './error.ts'
export * from './intent.ts'
export { type Family, type Network, customNetwork, network, networks } from './networks.ts'
export { type Answer, type Node, forward } from './node.ts'
export {
  MAX_PAYLOAD,
  type Payload,
  type PayloadKind,
  decodePayload,
  encodePayload,
} from './payload.ts'
export { type Level, type Warning, type WarningCode, level, levels, warnings } from './risk.ts'
export { RpcError, type RpcErrorCode } from './rpc-error.ts'
export { type Asker, type SignInMismatch, checkSignIn } from './sign-in.ts'
export { ECDSA, ED25519, type Path, type PublicKeyAt, type Suite, TAPROOT } from './suite.ts'
export { type Shown, show } from './text.ts'
