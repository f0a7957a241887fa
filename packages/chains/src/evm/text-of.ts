const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Exactly what the bytes say, a byte order mark included; absent: they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
