import { alice, chain, self } from '../src/evm/evm.fixture.ts'
import { transactionPayload, typedDataPayload } from '../src/evm/payloads.ts'
import { serializeUnsigned } from '../src/evm/serialize-transaction.ts'
import { doubling, perSecond } from './requests.ts'

const token = `0x${'a0'.repeat(20)}`
const word = (value: number): number[] => [...new Uint8Array(31), value]

/** A token transfer by EIP-1559. */
const transfer = () => ({
  chain,
  account: alice,
  payload: transactionPayload(
    transaction(Uint8Array.from([0xa9, 0x05, 0x9c, 0xbb, ...word(7), ...word(9)])),
  ),
})

function transaction(data: Uint8Array): Uint8Array {
  return serializeUnsigned({
    type: 2,
    chainId: 1n,
    nonce: 7n,
    gasLimit: 60_000n,
    maxFeePerGas: 30_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
    accessList: [],
    to: token,
    value: 0n,
    data,
  })
}

/** A call of an unknown function, of a size. */
const call = (size: number) => ({
  count: 20,
  chain,
  account: alice,
  payload: transactionPayload(transaction(new Uint8Array(size).fill(1))),
})

const permit = () => ({
  chain,
  account: alice,
  payload: typedDataPayload('v4', JSON.stringify(permitData())),
})

function permitData() {
  return {
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
      Permit: [
        { name: 'owner', type: 'address' },
        { name: 'spender', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Permit',
    domain: { name: 'USD Coin', version: '2', chainId: 1, verifyingContract: token },
    message: {
      owner: self,
      spender: `0x${'0b'.repeat(20)}`,
      value: '250000000',
      nonce: '0',
      deadline: '1900000000',
    },
  }
}

/** A list of numbers that nobody knows the meaning of. */
const list = (size: number) => {
  const numbers = Array.from({ length: size / 22 }, (_, at) => String(10n ** 18n + BigInt(at)))
  const data = {
    types: { List: [{ name: 'numbers', type: 'uint256[]' }] },
    primaryType: 'List',
    domain: { name: 'Lists', chainId: 1 },
    message: { numbers },
  }
  return { chain, account: alice, payload: typedDataPayload('v4', JSON.stringify(data)) }
}

export const benches = [
  perSecond('chains.evm.transfer', transfer),
  perSecond('chains.evm.permit', permit),
  // Nodes take transactions of up to 128 KiB.
  doubling('chains.evm.doubling', call, 128 * 1024),
  doubling('chains.evm.typed-data.doubling', list, 700 * 1024),
]
