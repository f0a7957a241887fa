import { describe, expect, test } from 'vitest'
import { parseMessage } from './message.ts'
import { type Compiled, code, messageOf, named, self } from './solana.fixture.ts'

/** Where the count of keys stands in a legacy message. */
const KEYS = 3

const refusal = (parts: Compiled) => code(() => parseMessage(messageOf(parts)))

describe('a message', () => {
  test.for(['legacy', 0] as const)('of version %s gives back what is in it', (version) => {
    const message = parseMessage(messageOf({ version }))
    expect(message).toMatchObject({
      version,
      signers: 1,
      readonlySigners: 0,
      readonlyOthers: 1,
      keys: [self, named('other'), named('program')],
    })
    expect(message.instructions).toHaveLength(1)
  })

  test('is refused when it ends early or goes on', () => {
    const bytes = messageOf({ version: 'legacy' })
    for (let length = 0; length < bytes.length; length += 1)
      expect(code(() => parseMessage(bytes.subarray(0, length)))).toBeDefined()
    expect(code(() => parseMessage(Uint8Array.of(...bytes, 0)))).toBe('trailing')
  })

  test.for([1, 2, 64, 127])('of version %i is refused', (version) => {
    const bytes = messageOf()
    expect(parseMessage(bytes).version).toBe(0)
    bytes[0] = 0x80 | version
    expect(code(() => parseMessage(bytes))).toBe('unsupported')
  })

  test('a count in a longer form than it needs is refused', () => {
    const [...bytes] = messageOf({ version: 'legacy' })
    expect(bytes[KEYS]).toBe(3)
    const longer = Uint8Array.from([...bytes.slice(0, KEYS), 0x83, 0x00, ...bytes.slice(KEYS + 1)])
    expect(code(() => parseMessage(longer))).toBe('not-canonical')
    const longest = Uint8Array.from([
      ...bytes.slice(0, KEYS),
      0x83,
      0x80,
      0x00,
      ...bytes.slice(KEYS + 1),
    ])
    expect(code(() => parseMessage(longest))).toBe('not-canonical')
  })

  test('a count of more than 16 bits is refused', () => {
    const bytes = messageOf({ version: 'legacy' })
    const tooMany = Uint8Array.of(...bytes.subarray(0, KEYS), 0xff, 0xff, 0x04, ...bytes)
    expect(code(() => parseMessage(tooMany))).toBe('not-valid')
    const fourBytes = Uint8Array.of(...bytes.subarray(0, KEYS), 0xff, 0xff, 0x80, 0x01, ...bytes)
    expect(code(() => parseMessage(fourBytes))).toBe('not-valid')
  })

  test.for([
    ['no signer', [0, 0, 1]],
    ['more signers than keys', [4, 0, 0]],
    ['more signers and readonly keys than keys', [2, 0, 2]],
    ['a fee payer that cannot pay', [1, 1, 0]],
  ] as const)('a header that does not fit its keys is refused: %s', ([, header]) => {
    expect(refusal({ header })).toBe('not-valid')
    expect(refusal({ header: [2, 1, 1] })).toBeUndefined()
  })

  test('a key that stands there twice is refused', () => {
    expect(refusal({ keys: [self, named('program'), named('program')] })).toBe('duplicate')
  })

  test.for([
    ['the fee payer', 0],
    ['no key', 3],
    ['from a table', 3],
  ] as const)(
    'a program that is the fee payer or not in the message is refused: %s',
    ([from, program]) => {
      const lookups = from === 'from a table' ? [{ table: named('table'), writable: [0] }] : []
      expect(refusal({ instructions: [{ program, accounts: [] }], lookups })).toBe('not-valid')
    },
  )

  test('an account number beyond the last account is refused', () => {
    const instructions = [{ program: 2, accounts: [4] }]
    const lookup = { table: named('table'), writable: [0], readonly: [9] }
    expect(refusal({ instructions, lookups: [lookup] })).toBeUndefined()
    expect(refusal({ instructions, lookups: [{ ...lookup, readonly: [] }] })).toBe('not-valid')
  })

  test('a table of which no account is used is refused', () => {
    expect(refusal({ lookups: [{ table: named('table') }] })).toBe('not-valid')
  })

  test('more accounts than a byte can number are refused', () => {
    const indexes = Array.from({ length: 253 }, (_, index) => index)
    const lookups = (more: number[]) => [
      { table: named('table'), writable: indexes },
      ...(more.length > 0 ? [{ table: named('second'), writable: more }] : []),
    ]
    expect(refusal({ lookups: lookups([]) })).toBeUndefined()
    expect(refusal({ lookups: lookups([0]) })).toBe('not-valid')
  })
})
