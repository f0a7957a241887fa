import { secp256k1 } from '@noble/curves/secp256k1.js'
import { gadget } from '../ot/rvole.ts'

/**
 * Makes the constants of signing before the first signature needs them: a tenth of a second and 3 MB,
 * for a process that signs often. Signatures are the same without.
 */
export function warmUp(): void {
  gadget()
  // Larger tables than noble's own: a quarter off every multiplication of the base point.
  secp256k1.Point.BASE.precompute(8, false)
}
