import { getCompiledTransactionMessageDecoder } from '@solana/kit'

const BUDGET = 'ComputeBudget111111111111111111111111111111'
const SIGNATURE = 5_000n

/** Lamports that a message costs: signatures, and the price that it sets for its own limit. */
export function feeOf(message: Uint8Array): bigint | null {
  const compiled = getCompiledTransactionMessageDecoder().decode(message)
  if (!('instructions' in compiled)) return null
  let limit: bigint | undefined
  let price = 0n
  let others = 0n
  for (const { programAddressIndex, data = new Uint8Array() } of compiled.instructions) {
    if (compiled.staticAccounts[programAddressIndex] !== BUDGET) others += 1n
    else if (data[0] === 2) limit = little(data.subarray(1))
    else if (data[0] === 3) price = little(data.subarray(1))
  }
  const units = limit ?? others * 200_000n
  const priority = (units * price + 999_999n) / 1_000_000n
  return BigInt(compiled.header.numSignerAccounts) * SIGNATURE + priority
}

function little(bytes: { readonly [Symbol.iterator]: () => IterableIterator<number> }): bigint {
  return [...bytes].reduceRight((value, byte) => value * 256n + BigInt(byte), 0n)
}
