import sodium, { ready } from 'libsodium-wrappers-sumo'
import { sodiumRistretto } from '../../src/core/ristretto-sodium.ts'

await ready

/** The fast ristretto255; the parts that are computed again use noble's. */
export const group = sodiumRistretto(sodium)
