import { ChainError, type ChainErrorCode } from '../../error.ts'

/** Where a value stands in a document, for errors: from the value up to the root. */
export type Path = { readonly up?: Path; readonly key: string | number }

/**
 * `message.orders[2].maker`. Names that are no short identifier stand as `?`, so that an error says
 * nothing that a site wrote.
 */
export function pathText(path: Path): string {
  const text = typeof path.key === 'number' ? `[${path.key}]` : nameText(path.key)
  if (!path.up) return text
  return `${pathText(path.up)}${typeof path.key === 'number' ? '' : '.'}${text}`
}

function nameText(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$:]{0,63}$/.test(name) ? name : '?'
}

/** @throws {ChainError} about what stands at `path`. */
export function fail(code: ChainErrorCode, path: Path, expected: string): never {
  throw new ChainError(code, pathText(path), expected)
}
