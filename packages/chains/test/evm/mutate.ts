import * as fc from 'fast-check'

export type Mutation = {
  readonly how: 'bit' | 'byte' | 'insert' | 'remove' | 'cut' | 'append' | 'repeat'
  /** How far into the bytes, from 0 to 1. */
  readonly place: number
  /** Only the first bytes, where type, nonce, fees and lengths stand. */
  readonly early: boolean
  readonly byte: number
}

/** Always the same for the same `seed`. */
export function mutations(seed: number, count: number): Mutation[] {
  const one = fc.record({
    how: fc.constantFrom(
      ...([
        'bit',
        'bit',
        'bit',
        'byte',
        'byte',
        'byte',
        'insert',
        'remove',
        'cut',
        'append',
        'repeat',
      ] as const),
    ),
    place: fc.noBias(fc.nat(9_999)).map((place) => place / 10_000),
    early: fc.boolean(),
    byte: fc.noBias(fc.nat(255)),
  })
  return fc.sample(one, { seed, numRuns: count })
}

export function mutate(bytes: Uint8Array, { how, place, early, byte }: Mutation): Uint8Array {
  const at = Math.floor(place * Math.min(bytes.length, early ? 60 : Infinity))
  const before = bytes.subarray(0, at)
  const here = bytes[at] ?? 0
  const after = bytes.subarray(at + 1)
  switch (how) {
    case 'bit':
      return Uint8Array.of(...before, here ^ (1 << (byte % 8)), ...after)
    case 'byte':
      return Uint8Array.of(...before, byte, ...after)
    case 'insert':
      return Uint8Array.of(...before, byte, here, ...after)
    case 'remove':
      return Uint8Array.of(...before, ...after)
    case 'cut':
      return before
    case 'append':
      return Uint8Array.of(...bytes, byte)
    case 'repeat':
      return Uint8Array.of(...before, here, here, ...after)
  }
}
