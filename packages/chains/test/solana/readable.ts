/**
 * Whether bytes are a transaction to the runtime's deserializer (bincode of `VersionedTransaction`,
 * legacy or version 0), which lets bytes follow. What they mean is not looked at.
 *
 * The engine ends the process over bytes that are none, so it is asked only after this.
 */
export function readable(wire: Uint8Array): boolean {
  let at = 0
  let good = true
  const skip = (length: number) => {
    at += length
    if (at > wire.length) good = false
  }
  const byte = (): number => {
    const value = wire[at]
    skip(1)
    return value ?? 0
  }
  // Compact-u16: at most three bytes, no needless one, at most 65,535.
  const length = (): number => {
    let value = 0
    for (let index = 0; index < 3; index += 1) {
      const next = byte()
      if (next === 0 && index > 0) good = false
      value |= (next & 0x7f) << (7 * index)
      if (next < 0x80) {
        if (value > 0xffff) good = false
        return value
      }
    }
    good = false
    return 0
  }

  skip(64 * length())
  if (!good) return false
  const first = byte()
  if (first > 0x80) return false
  skip(first === 0x80 ? 3 : 2)
  skip(32 * length())
  skip(32)
  for (let left = length(); left > 0; left -= 1) {
    skip(1)
    skip(length())
    skip(length())
  }
  if (first !== 0x80) return good
  for (let left = length(); left > 0; left -= 1) {
    skip(32)
    skip(length())
    skip(length())
  }
  return good
}
