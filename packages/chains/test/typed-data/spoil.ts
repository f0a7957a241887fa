import * as fc from 'fast-check'
import type { Document } from './document.ts'
import { type Draw, chance, domainTypes, pick } from './generate.ts'

const replacements = Array.from('0123456789abcdefxABCDEF"\\{}[],: -_.\u0430\u202e')

/** Text of a document with something wrong in it, or something odd. */
export function spoil(draw: Draw, document: Document): string {
  return pick(draw, spoilers)(draw, structuredClone(document))
}

type Spoiler = (draw: Draw, document: Document) => string

const odd = [
  null,
  0,
  -1,
  '',
  'true',
  '0x',
  '0xabc',
  '0x0',
  [],
  {},
  [[]],
  'é',
  '-0',
  '1e3',
  ' 1',
  '0X1',
]
/** As they stand in JSON text. */
const tokens = [
  '1.0',
  '1e3',
  '-0',
  '9007199254740992',
  '1E400',
  '01',
  '+1',
  'NaN',
  '"\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  '{"__proto__":1}',
  '{"a":1,"a":1}',
  '{"a":1,"\\u0061":2}',
  'nul',
  '\u00a01',
  '"\n"',
  '',
]
const types = [
  'uint',
  'int',
  'uint7',
  'uint264',
  'bytes33',
  'bytes0',
  'Missing',
  'uint256[0]',
  'uint256[01]',
  'uint256 ',
  'string\u0430',
  'EIP712Domain',
  'function',
  '',
  'uint256[][',
  'address payable',
  '__proto__',
  'constructor[]',
]
const names = ['\u0430mount', 'a b', 'a,b', 'a)', '', '__proto__', '1a', 'to\u200b', 'to\u0000']

const spoilers: readonly Spoiler[] = [
  // Any place of the message, or of the document, gets an odd value or none.
  (draw, document) =>
    text(
      change(draw, document.message, (parent, key) => {
        parent[key] = pick(draw, odd)
      }),
      document,
    ),
  (draw, document) =>
    text(
      change(draw, document.message, (parent, key) => {
        if (Array.isArray(parent)) parent.pop()
        else delete parent[key]
      }),
      document,
    ),
  (draw, document) =>
    text(
      change(draw, document, (parent, key) => {
        parent[key] = pick(draw, odd)
      }),
      document,
    ),
  (draw, document) => {
    const name = pick(draw, ['extra', 'constructor', 'toJSON', '\u0430'])
    pick<Record<string, unknown>>(draw, [document.message, document.domain, document])[name] = 1
    return JSON.stringify(document)
  },
  (draw, document) => {
    change(draw, document.message, (parent, key) => {
      parent[key] = '@'
    })
    return JSON.stringify(document).replace('"@"', () => pick(draw, tokens))
  },
  (draw, document) => {
    const members = pick(draw, Object.values(document.types))
    const member = members[0]
    if (member && chance(draw, 50)) member.type = pick(draw, types)
    else if (member) member.name = pick(draw, names)
    else members.push({ name: 'a', type: pick(draw, types) })
    return JSON.stringify(document)
  },
  (draw, document) => {
    document.types[pick(draw, [...names, 'uint8', 'bytes33', 'address', 'uint'])] = []
    return JSON.stringify(document)
  },
  (draw, document) => {
    const spoiled = pick<Record<string, unknown>>(draw, [
      {},
      { chainId: 2 },
      { chainId: '0x2' },
      { ...document.domain, extra: 1 },
      { name: null },
      { chainId: 1.5 },
      { salt: '0x00' },
      { verifyingContract: 'cosmos' },
      { name: 1 },
    ])
    return JSON.stringify({ ...document, domain: spoiled })
  },
  (draw, document) => {
    const declared = domainTypes(document.domain)
    declared.reverse()
    if (chance(draw, 50)) declared.push({ name: 'salt', type: 'bytes32' })
    document.types['EIP712Domain'] = declared
    return JSON.stringify(document)
  },
  (draw, document) => {
    const json = JSON.stringify(document)
    return json.slice(0, draw(fc.nat, { max: json.length }))
  },
  (draw, document) =>
    JSON.stringify(document) + pick(draw, [' ', '\n\t', '{}', ',', '\u0000', '\ufeff']),
  (draw, document) => {
    const json = JSON.stringify(document)
    const at = draw(fc.nat, { max: json.length - 1 })
    const character = pick(draw, replacements)
    return json.slice(0, at) + character + json.slice(at + 1)
  },
  (draw, document) => {
    const json = JSON.stringify(document)
    const at = draw(fc.nat, { max: json.length - 1 })
    return json.slice(0, at) + json.slice(at + 1)
  },
]

function text(_changed: void, document: Document): string {
  return JSON.stringify(document)
}

type Place = Record<string | number, unknown>

/** Walks down from `root` at random and changes what it finds there. */
function change(draw: Draw, root: object, work: (parent: Place, key: string) => void): void {
  let parent = root as Place
  for (;;) {
    const keys = Object.keys(parent)
    if (keys.length === 0) return
    const key = pick(draw, keys)
    const next = parent[key]
    if (
      typeof next !== 'object' ||
      next === null ||
      Object.keys(next).length === 0 ||
      chance(draw, 30)
    )
      return work(parent, key)
    parent = next as Place
  }
}
