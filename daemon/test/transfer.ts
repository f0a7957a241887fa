import { serializeUnsigned, transactionPayload } from '@tandem/chains/evm'

/** An EVM transfer of one wei. */
export const transfer = (nonce: bigint): Uint8Array =>
  transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 31337n,
      nonce,
      gasLimit: 21_000n,
      maxFeePerGas: 2n * 10n ** 9n,
      maxPriorityFeePerGas: 10n ** 9n,
      accessList: [],
      to: `0x${'12'.repeat(20)}`,
      value: 1n,
      data: new Uint8Array(0),
    }),
  )
