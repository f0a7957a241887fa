import { describe, expect, test } from 'vitest'
import { plain } from './evm.fixture.ts'
import { parseTransaction } from './parse-transaction.ts'
import { serializeUnsigned } from './serialize-transaction.ts'

describe('writing a transaction', () => {
  test('an address is taken in every case that people write', () => {
    const to = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
    const upper = `0x${to.slice(2).toUpperCase()}`
    const written = [to, to.toLowerCase(), upper].map((text) =>
      serializeUnsigned({ ...plain, to: text }),
    )
    expect(written[1]).toEqual(written[0])
    expect(written[2]).toEqual(written[0])
    expect(parseTransaction(written[0] ?? new Uint8Array()).to).toBe(to.toLowerCase())
  })

  test('an address with a typing error is refused', () => {
    const to = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'
    expect(() => serializeUnsigned({ ...plain, to })).toThrow('transaction.to: expected the EIP-55')
    expect(() => serializeUnsigned({ ...plain, to: '0x' })).toThrow('transaction.to: expected 0x')
  })

  test('a field that cannot be written is refused', () => {
    for (const name of ['chainId', 'nonce', 'value', 'gasLimit', 'maxPriorityFeePerGas'] as const)
      expect(() => serializeUnsigned({ ...plain, [name]: -17n })).toThrow(
        `transaction.${name}: expected a number from 0`,
      )
  })

  test('a transaction that would be refused is not written', () => {
    const refused = [
      { ...plain, value: 2n ** 256n },
      { ...plain, nonce: 2n ** 64n - 1n },
      { ...plain, gasLimit: 2n ** 64n },
      { ...plain, maxPriorityFeePerGas: plain.maxFeePerGas + 1n },
      { ...plain, accessList: [{ address: plain.to, storageKeys: [new Uint8Array(31)] }] },
    ]
    for (const transaction of refused)
      expect(() => serializeUnsigned(transaction)).toThrow(/^transaction\./)
  })
})
