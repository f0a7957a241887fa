import { ChainError } from '../error.ts'
import { cursor, finish, u32, u64, u8 } from './cursor.ts'
import { COMPUTE_BUDGET, LOADER_4, PRECOMPILES, SYSTEM, UPGRADEABLE_LOADER } from './program-ids.ts'

/** Lamports for each signature that the network checks. */
const SIGNATURE_FEE = 5_000n
/** Compute units that an instruction may use where the transaction sets no limit (SIMD-170). */
const UNITS = 200_000n
const BUILTIN_UNITS = 3_000n
const MAX_UNITS = 1_400_000n

/** Programs that are part of the runtime. Of others that are or were, the higher price is assumed. */
const BUILTINS: ReadonlySet<string> = new Set([
  SYSTEM,
  COMPUTE_BUDGET,
  UPGRADEABLE_LOADER,
  LOADER_4,
  ...PRECOMPILES,
])

type Step = { readonly program: string; readonly data: Uint8Array }

/**
 * The most lamports that a transaction costs its payer: for its signatures, those that precompiles
 * check, and the priority that it bids for.
 *
 * @throws {ChainError} `duplicate`, `not-valid`: the runtime takes no such compute budget, or reads it
 *   otherwise than it looks.
 */
export function maxFee(signers: number, steps: readonly Step[]): bigint {
  const checked = steps.reduce(
    (sum, { program, data }) => sum + (PRECOMPILES.has(program) ? (data[0] ?? 0) : 0),
    signers,
  )
  const budget = new Map<number, bigint>()
  for (const { program, data } of steps) {
    if (program !== COMPUTE_BUDGET) continue
    const { kind, value } = readBudget(data)
    // SECURITY: of two bids only one is paid, and it may not be the one that is shown. Test: src/solana/fee.test.ts "a limit or price that is set twice is refused"
    if (budget.has(kind)) throw new ChainError('duplicate', FIELD, 'every setting once')
    budget.set(kind, value)
  }
  const units = budget.get(LIMIT) ?? defaultUnits(steps)
  const bid = (budget.get(PRICE) ?? 0n) * (units < MAX_UNITS ? units : MAX_UNITS)
  return BigInt(checked) * SIGNATURE_FEE + (bid + 999_999n) / 1_000_000n
}

const FIELD = 'transaction.computeBudget'
const [HEAP, LIMIT, PRICE, LOADED] = [1, 2, 3, 4] as const

/**
 * solana-compute-budget-interface, `ComputeBudgetInstruction`. The runtime takes bytes behind the
 * value; here they are an error, so that a bid cannot hide in an instruction that reads as unknown.
 */
function readBudget(data: Uint8Array): { readonly kind: number; readonly value: bigint } {
  const from = cursor(data, FIELD)
  const kind = u8(from)
  if (kind !== HEAP && kind !== LIMIT && kind !== PRICE && kind !== LOADED)
    throw new ChainError('not-valid', FIELD, 'heap, limit, price or loaded data', { offset: 0 })
  const value = kind === PRICE ? u64(from) : BigInt(u32(from))
  finish(from)
  return { kind, value }
}

function defaultUnits(steps: readonly Step[]): bigint {
  return steps.reduce(
    (sum, { program }) => sum + (BUILTINS.has(program) ? BUILTIN_UNITS : UNITS),
    0n,
  )
}
