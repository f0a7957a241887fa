import { UsageError } from '../abort.ts'
import type { Ristretto } from './ristretto.ts'

/** The functions of a loaded `libsodium-wrappers-sumo` that the group needs. */
export type Sodium = {
  crypto_core_ristretto255_scalar_reduce(bytes: Uint8Array): Uint8Array
  crypto_scalarmult_ristretto255_base(scalar: Uint8Array): Uint8Array
  crypto_scalarmult_ristretto255(scalar: Uint8Array, point: Uint8Array): Uint8Array
  crypto_core_ristretto255_add(a: Uint8Array, b: Uint8Array): Uint8Array
  crypto_core_ristretto255_sub(a: Uint8Array, b: Uint8Array): Uint8Array
  crypto_core_ristretto255_from_hash(bytes: Uint8Array): Uint8Array
  crypto_core_ristretto255_is_valid_point(bytes: Uint8Array): boolean
  crypto_scalarmult_ed25519_base_noclamp(scalar: Uint8Array): Uint8Array
  crypto_core_ed25519_sub(a: Uint8Array, b: Uint8Array): Uint8Array
}

/**
 * The group over libsodium's WebAssembly, constant-time and about nine times faster than noble.
 *
 * `sodium` is the wrapper after its `ready` promise. It keeps scalars in its heap: run ceremonies
 * where the instance is dropped afterwards.
 *
 * @throws {UsageError} when the wrapper is not ready or is not the sumo build.
 */
export function sodiumRistretto(sodium: Sodium): Ristretto {
  if (typeof sodium.crypto_scalarmult_ristretto255 !== 'function')
    throw new UsageError('expected libsodium-wrappers-sumo after its ready promise')
  return {
    reduce: (bytes) => sodium.crypto_core_ristretto255_scalar_reduce(bytes),
    timesBase: (scalar) => sodium.crypto_scalarmult_ristretto255_base(scalar),
    times: (scalar, point) => sodium.crypto_scalarmult_ristretto255(scalar, point),
    add: (a, b) => sodium.crypto_core_ristretto255_add(a, b),
    subtract: (a, b) => sodium.crypto_core_ristretto255_sub(a, b),
    fromUniform: (bytes) => sodium.crypto_core_ristretto255_from_hash(bytes),
    isPoint: (bytes) =>
      bytes.length === 32 && sodium.crypto_core_ristretto255_is_valid_point(bytes),
    ed25519: {
      timesBase: (scalar) => sodium.crypto_scalarmult_ed25519_base_noclamp(scalar),
      subtract: (a, b) => sodium.crypto_core_ed25519_sub(a, b),
    },
  }
}
