import type { Point, Suite } from '../core/suite.ts'
import { mod } from '../core/suite.ts'
import { UsageError } from '../abort.ts'
import type { PartyId } from '../party.ts'

/** `Σ_k at^k · coefficients[k]` modulo the order. */
export function evaluate(suite: Suite, coefficients: readonly bigint[], at: PartyId): bigint {
  const x = BigInt(at)
  return coefficients.reduceRight((sum, coefficient) => (sum * x + coefficient) % suite.order, 0n)
}

/** `Σ_k at^k · commitments[k]`: the public counterpart of {@link evaluate}. May be the identity. */
export function evaluateCommitments(
  suite: Suite,
  commitments: readonly Point[],
  at: PartyId,
): Point {
  const x = BigInt(at)
  // The identity goes through noble's multiplication, which refuses it: skip it, it stays what it is.
  const times = (point: Point): Point => (point.is0() ? point : point.multiplyUnsafe(x))
  return commitments.reduceRight((sum, point) => times(sum).add(point), suite.zero)
}

/** `λ_me = Π_{j≠me} j/(j-me)` over `parties`: the weight of my share in the secret. */
export function lagrangeAtZero(suite: Suite, parties: readonly PartyId[], me: PartyId): bigint {
  if (!parties.includes(me)) throw new UsageError(`party ${me} is not one of the interpolated`)
  let numerator = 1n
  let denominator = 1n
  for (const j of parties) {
    if (j === me) continue
    numerator = (numerator * BigInt(j)) % suite.order
    denominator = mod(denominator * BigInt(j - me), suite.order)
  }
  return (numerator * invert(denominator, suite.order)) % suite.order
}

/** The inverse of a public, non-zero value modulo a prime. */
function invert(value: bigint, prime: bigint): bigint {
  let [r, next] = [prime, value]
  let [s, t] = [0n, 1n]
  while (next !== 0n) {
    const quotient = r / next
    ;[r, next] = [next, r - quotient * next]
    ;[s, t] = [t, s - quotient * t]
  }
  return mod(s, prime)
}
