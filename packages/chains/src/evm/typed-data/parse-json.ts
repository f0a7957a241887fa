import { ChainError, type ChainErrorCode } from '../../error.ts'
import { type Path, pathText } from './path.ts'

/** JSON that means one thing to every reader. Objects are maps: no key of theirs is special. */
export type Json = null | boolean | string | bigint | Json[] | Map<string, Json>

/** Deeper than the deepest order tree that a market takes (24), with room to spare. */
const MAX_DEPTH = 64
/** Each is hashed and shown: more than anybody reads, less than a second of work. */
const MAX_VALUES = 65_536

const NUMBER = /-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y
const INTEGER = /^(?:0|-?[1-9][0-9]{0,15})$/
const LITERAL = /true|false|null/y
const SPACE = /[ \t\n\r]*/y

/**
 * Strict RFC 8259, and stricter where readers differ: no key twice in an object, integers only and
 * up to 2^53 - 1 (greater ones are text), no lone surrogates. Takes time linear in `text`.
 *
 * @param root what errors call the outermost value.
 * @throws {ChainError} `truncated`, `trailing`, `duplicate`, `not-canonical`, `not-valid`, `limit`
 */
export function parseJson(text: string, root: string): Json {
  let at = 0
  let values = 0

  const found = value({ key: root }, 0)
  if (at < text.length) fail('trailing', { key: root }, 'nothing after the value')
  return found

  function value(path: Path, depth: number): Json {
    values += 1
    // SECURITY: what is deeper than any document would end the process. Test: src/evm/typed-data/parse-json.test.ts "nesting has a limit, and it is an error that says so"
    if (depth > MAX_DEPTH) fail('limit', path, `at most ${MAX_DEPTH} levels`)
    if (values > MAX_VALUES) fail('limit', path, `at most ${MAX_VALUES} values`)
    skip(SPACE)
    const read = content(path, depth)
    skip(SPACE)
    return read
  }

  function content(path: Path, depth: number): Json {
    const first = text[at]
    if (first === '{') return object(path, depth)
    if (first === '[') return array(path, depth)
    if (first === '"') return string(path)
    const start = at
    if (skip(LITERAL)) return literals.get(text.slice(start, at)) ?? null
    if (skip(NUMBER)) return integer(text.slice(start, at), path, start)
    return fail(first === undefined ? 'truncated' : 'not-valid', path, 'a JSON value')
  }

  function object(path: Path, depth: number): Map<string, Json> {
    const members = new Map<string, Json>()
    at += 1
    skip(SPACE)
    if (take('}')) return members
    do {
      skip(SPACE)
      if (text[at] !== '"') fail(atEnd('not-valid'), path, 'a name in quotes')
      const start = at
      const key = string(path)
      const inner = { up: path, key }
      // SECURITY: of two members with one name, readers keep different ones. Test: src/evm/typed-data/parse-json.test.ts "a name that comes twice is refused, however it is written"
      if (members.has(key)) fail('duplicate', inner, 'each name once', start)
      skip(SPACE)
      if (!take(':')) fail(atEnd('not-valid'), inner, 'a colon')
      members.set(key, value(inner, depth + 1))
    } while (take(','))
    if (!take('}')) fail(atEnd('not-valid'), path, 'a comma or a closing brace')
    return members
  }

  function array(path: Path, depth: number): Json[] {
    const items: Json[] = []
    at += 1
    skip(SPACE)
    if (take(']')) return items
    do items.push(value({ up: path, key: items.length }, depth + 1))
    while (take(','))
    if (!take(']')) fail(atEnd('not-valid'), path, 'a comma or a closing bracket')
    return items
  }

  function string(path: Path): string {
    const start = at
    let escaped = false
    at += 1
    for (let code = text.charCodeAt(at); code !== 0x22; code = text.charCodeAt(at)) {
      if (at >= text.length) fail('truncated', path, 'a closing quote')
      if (code < 0x20) fail('not-valid', path, 'an escape instead of a control character')
      const escape = code === 0x5c
      escaped ||= escape
      at += escape ? 2 : 1
    }
    at += 1
    const read = escaped ? unescape(text.slice(start, at)) : text.slice(start + 1, at - 1)
    if (read === undefined) return fail('not-valid', path, 'the escapes of RFC 8259', start)
    // SECURITY: encoders replace half a character by different bytes. Test: src/evm/typed-data/parse-json.test.ts "half a character is refused"
    if (!read.isWellFormed()) fail('not-valid', path, 'whole characters', start)
    return read
  }

  function integer(token: string, path: Path, start: number): bigint {
    // SECURITY: readers round fractions, exponents and great numbers differently. Test: src/evm/typed-data/parse-json.test.ts "a number that readers may round is refused: %s"
    if (!INTEGER.test(token) || !Number.isSafeInteger(Number(token)))
      fail('not-canonical', path, 'an integer up to 2^53 - 1, or one in quotes', start)
    return BigInt(token)
  }

  function skip(pattern: RegExp): boolean {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }

  function take(character: string): boolean {
    const there = text[at] === character
    if (there) at += 1
    return there
  }

  function atEnd(otherwise: ChainErrorCode): ChainErrorCode {
    return at < text.length ? otherwise : 'truncated'
  }

  function fail(code: ChainErrorCode, path: Path, expected: string, position = at): never {
    const offset = new TextEncoder().encode(text.slice(0, position)).length
    throw new ChainError(code, pathText(path), expected, { offset })
  }
}

const literals = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** @returns nothing when `quoted` is no string of RFC 8259. */
function unescape(quoted: string): string | undefined {
  try {
    const read: unknown = JSON.parse(quoted)
    return typeof read === 'string' ? read : undefined
  } catch {
    return undefined
  }
}
