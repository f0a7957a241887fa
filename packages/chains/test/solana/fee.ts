import { getCompiledTransactionMessageDecoder } from '@solana/kit'
import { BUDGET, LOADER, SYSTEM } from './addresses.ts'

const SIGNATURE = 5_000n
const MOST_UNITS = 1_400_000n
/** Without a limit, what is built into the runtime counts 3,000 units, all else 200,000. */
const BUILT_IN = new Set([SYSTEM, BUDGET, LOADER])

/** Lamports that a message costs: signatures, and the price that it sets for its own limit. */
export function feeOf(message: Uint8Array): bigint {
  const compiled = decode(message)
  let limit: bigint | undefined
  let price = 0n
  let others = 0n
  for (const { programAddressIndex, data = new Uint8Array() } of compiled.instructions) {
    const program = compiled.staticAccounts[programAddressIndex] ?? ''
    others += BUILT_IN.has(program) ? 3_000n : 200_000n
    if (program === BUDGET && data[0] === 2) limit = little([...data].slice(1, 5))
    if (program === BUDGET && data[0] === 3) price = little([...data].slice(1, 9))
  }
  const wanted = limit ?? others
  const units = wanted < MOST_UNITS ? wanted : MOST_UNITS
  const priority = (units * price + 999_999n) / 1_000_000n
  return BigInt(compiled.header.numSignerAccounts) * SIGNATURE + priority
}

/** Without one, what is bid for depends on what the runtime counts. */
export function hasLimit(message: Uint8Array): boolean {
  const { instructions, staticAccounts } = decode(message)
  return instructions.some(
    ({ programAddressIndex, data }) =>
      staticAccounts[programAddressIndex] === BUDGET && data?.[0] === 2,
  )
}

function decode(message: Uint8Array) {
  const compiled = getCompiledTransactionMessageDecoder().decode(message)
  if (!('instructions' in compiled)) throw new TypeError('legacy or version 0')
  return compiled
}

function little(bytes: readonly number[]): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n)
}
