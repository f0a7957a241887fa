/** One request for each kind of key, of which the first spends from a daily amount. */
import { type Chain, network } from '@tandem/chains'
import { messagePayload as bip322, bitcoin } from '@tandem/chains/bitcoin'
import { evm, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { messagePayload as solanaMessage, solana } from '@tandem/chains/solana'
import type { TestDevice } from '../test-device.ts'
import { remembering } from './remembering.ts'

const ethereum = evm(network('eip155:1'))
const mainnet = remembering(bitcoin(network('bip122:000000000019d6689c085ae165831e93')))
const sol = solana(network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'))

export const chainOptions = [ethereum, mainnet, sol].flatMap(({ network: { id } }) => [
  '--chain',
  id,
])

export type Request = {
  readonly chain: Chain
  readonly payload: Uint8Array
  readonly requestId: Uint8Array
}

/** Requests that never were before. @param number counts from 0, and is the nonce of the transfer. */
export function requestsOf({ keyAt }: TestDevice, number: number): Request[] {
  const text = new TextEncoder().encode(`request ${number}`)
  const taproot = mainnet.addresses(keyAt, 0).find(({ address }) => address.startsWith('bc1p'))
  if (!taproot) throw new Error('a Taproot address')
  const payloads = [
    [ethereum, transfer(BigInt(number))],
    [mainnet, bip322(taproot.address, text)],
    [sol, solanaMessage(text)],
  ] as const
  return payloads.map(([chain, payload], at) => {
    const requestId = new Uint8Array(16)
    new DataView(requestId.buffer).setUint32(0, number)
    requestId[15] = at + 1
    return { chain, payload, requestId }
  })
}

function transfer(nonce: bigint): Uint8Array {
  return transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 1n,
      nonce,
      gasLimit: 21_000n,
      maxFeePerGas: 2n * 10n ** 9n,
      maxPriorityFeePerGas: 10n ** 9n,
      accessList: [],
      to: `0x${'12'.repeat(20)}`,
      value: 10n ** 9n,
      data: new Uint8Array(0),
    }),
  )
}
