/** EVM chains: what a request means, its digests, and how requests are built. */
export { checkAddress } from './address.ts'
export { type EvmClient, evmClient } from './client.ts'
export { evm } from './evm.ts'
export { messageSigner } from './message-signer.ts'
export { parseTransaction } from './parse-transaction.ts'
export {
  authorizationPayload,
  batchPayload,
  messagePayload,
  transactionPayload,
  typedDataPayload,
} from './payloads.ts'
export { serializeUnsigned } from './serialize-transaction.ts'
export type * from './transaction.ts'
