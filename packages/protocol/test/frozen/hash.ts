import { createHash, hkdfSync } from 'node:crypto'
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js'
import { ristretto255_hasher } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { EMPTY, ascii, concat, lp, toBigInt, u16, u32, u64, u8 } from '../../src/core/bytes.ts'
import { combineRow, tableRoom } from '../../src/core/gf128.ts'
import { H, H2S, H512, PROTOCOL, type Tag, expandToPoint, midstate } from '../../src/core/hash.ts'
import { nobleRistretto } from '../../src/core/ristretto.ts'
import { hashBlock } from '../../src/core/sha256-block.ts'
import { type SuiteId, suites } from '../../src/core/suite.ts'
import { signHeader } from '../../src/dkls23/prepare.ts'
import { baseSid } from '../../src/ot/base.ts'
import { extensionSid } from '../../src/ot/extension.ts'
import { voleSid } from '../../src/ot/rvole.ts'
import { hedgedRng } from '../../src/rng.ts'
import { testRng } from '../../src/testing.ts'
import { payloadHash, requestHash } from '../../src/wire/request-hash.ts'
import {
  gadget,
  gfMultiply,
  polynomial,
  polynomialBytes,
  rowBytes,
  scalar,
  words,
} from '../naive-ot.ts'
import { type VectorFile, agreed, part, scalarOf, summary } from './values.ts'

const seed = 'vectors/hash'
const rng = testRng(seed)

/** The framing once more, with OpenSSL. */
function openssl(hash: 'sha256' | 'sha512', tag: string, parts: readonly Uint8Array[]): Uint8Array {
  const frame = (bytes: Uint8Array) => Buffer.concat([u32(bytes.length), bytes])
  const all = [ascii('tandem-dkls23-v1'), ascii(tag), ...parts].map(frame)
  return new Uint8Array(createHash(hash).update(Buffer.concat(all)).digest())
}

/** Framing, scalars, points, single-block hashes, GF(2^128) and randomness. */
export function hashVectors(): VectorFile[] {
  const values = {
    about: 'PROTOCOL.md, sections 1, 2, 6, 7 and 14',
    seed,
    version: PROTOCOL,
    lp: [EMPTY, Uint8Array.of(1, 2, 3)].map((bytes) => ({ bytes, lp: lp(bytes) })),
    H: framed().map(({ tag, parts }) => ({
      tag,
      parts,
      H: agreed('H', H(tag, ...parts), openssl('sha256', tag, parts)),
      H512: agreed('H512', H512(tag, ...parts), openssl('sha512', tag, parts)),
    })),
    H2S: ([1, 2, 3] as const).map(toScalar),
    HB: singleBlocks(),
    gadget: { tag: 'gadget', list: summary(concat(...gadget.map(scalar)), 32) },
    H2C: (['bot-0', 'bot-1'] as const).map(toPoint),
    gf128: field(),
    testRng: [draw('r', 48), draw('bot-a/17', 64)],
    hedge: hedge(),
    names: names(),
  }
  return [{ path: 'hash.json', values }]
}

function framed(): { tag: Tag; parts: Uint8Array[] }[] {
  return [
    { tag: 'gadget', parts: [] },
    { tag: 'cc', parts: [EMPTY] },
    { tag: 'key-id', parts: [u8(1), rng('point', 33)] },
    // Two framings that would be one without lengths.
    { tag: 'ct', parts: [Uint8Array.of(1), Uint8Array.of(2, 3)] },
    { tag: 'ct', parts: [Uint8Array.of(1, 2), Uint8Array.of(3)] },
  ]
}

function toScalar(suite: SuiteId) {
  const parts = [rng('sid', 32), u16(1)]
  const { order } = suites[suite]
  const again = toBigInt(openssl('sha512', 'pok', parts)) % order
  const value = scalarOf(suites[suite], H2S(order, 'pok', ...parts))
  return { suite, tag: 'pok', parts, scalar: agreed('H2S', value, scalarOf(suites[suite], again)) }
}

function singleBlocks() {
  const context = rng('osid', 32)
  const P = H('ote-prg', context)
  const mid = midstate('ote-prg', context)
  return {
    tag: 'ote-prg',
    parts: [context],
    P,
    midstate: concat(...[...mid].map(u32)),
    hashes: [0, 2, 19, 35, 55].map((length) => {
      const message = rng(`message/${length}`, length === 0 ? 1 : length).slice(0, length)
      const again = createHash('sha256')
        .update(concat(P, P, message))
        .digest()
      return { message, HB: agreed('HB', hashBlock(mid, message), again) }
    }),
  }
}

function toPoint(tag: 'bot-0' | 'bot-1') {
  const s = nobleRistretto.timesBase(nobleRistretto.reduce(rng('s', 64)))
  const parts = [rng('bsid', 32), u16(258), s]
  const DST = `tandem-dkls23-v1/${tag}`
  const message = concat(...parts)
  const expanded = expandToPoint(tag, ...parts)
  const point = nobleRistretto.fromUniform(expanded)
  return {
    DST,
    parts,
    expanded: agreed('expand', expanded, expand_message_xmd(message, ascii(DST), 64, sha512)),
    point: agreed('H2C', point, ristretto255_hasher.hashToCurve(message, { DST }).toBytes()),
  }
}

function field() {
  const row = rng('row', 68)
  const chi = [0, 1, 2, 3].map((c) => rng(`chi/${c}`, 16))
  const folded = new Uint32Array(4)
  combineRow(folded, 0, words(row), 0, words(concat(...chi)), tableRoom())
  const chunks = [0, 1, 2].map((c) => part(row, c, 16))
  const products = [...chunks, row.slice(48, 52)].map((chunk, c) =>
    polynomialBytes(gfMultiply(polynomial(chunk), polynomial(chi[c]!)), 16),
  )
  const again = products.reduce((sum, product) => xor(sum, product), row.slice(52))
  return { row, chi, products, R: agreed('R', rowBytes(folded), again) }
}

const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ b[i]!)

function draw(label: string, length: number) {
  const bytes = rng(label, length)
  const again = hkdfSync('sha512', ascii(seed), EMPTY, ascii(label), length)
  return { label, length, bytes: agreed('testRng', bytes, new Uint8Array(again)) }
}

function hedge() {
  const label = 'phi'
  const length = 48
  const bootCounter = 258n
  const [key, os64, incarnation] = [rng('key', 32), rng('os64', 64), rng('incarnation', 16)]
  const context = rng('hdr', 32)
  const body = rng('F1', 100)
  const bind = H('hedge', context, body)
  const bytes = hedgedRng({ key, os64, bootCounter, incarnation }, bind)(label, length)
  const ikm = concat(key, os64, u64(bootCounter), incarnation)
  const again = hkdfSync('sha512', ikm, bind, concat(lp(ascii(label)), u16(length)), length)
  return {
    K_hedge: key,
    os64,
    bootCounter: Number(bootCounter),
    incarnation,
    context,
    body,
    bind,
    label,
    length,
    bytes: agreed('hedge', bytes, new Uint8Array(again)),
  }
}

/** The hashes that name things, over parts that are only bytes here. */
function names() {
  const [keyId, epochSid, sid, nonce] = [
    rng('keyId', 32),
    rng('epochSid', 32),
    rng('sid', 32),
    rng('nonce', 32),
  ]
  const share = { keyId, epochSid }
  const entry = { suite: 1, keyId, path: [84, 0, 0, 1, 5], message: rng('msgHash', 32) } as const
  const request = {
    signers: [1, 2],
    path: entry.path,
    msgHash: entry.message,
    requestId: rng('requestId', 16),
    index: 3,
    attempt: 70_000,
  }
  const hdr = signHeader({ ...request, share })
  const hdrParts = [
    keyId,
    epochSid,
    Uint8Array.of(1, 2),
    u8(1),
    concat(...entry.path.map(u32)),
    entry.message,
    request.requestId,
    u16(3),
    u32(70_000),
  ]
  const list = [
    { ...entry, index: 0 },
    { ...entry, index: 3, path: [] },
  ]
  const otNo = 2
  return {
    ...share,
    ...request,
    hdr: agreed('hdr', hdr, openssl('sha256', 'sign-hdr', hdrParts)),
    otNo,
    nonce,
    receiver: 1,
    sender: 2,
    osid: extensionSid(hdr, otNo, 1, 2, nonce),
    sid,
    dsid: voleSid(sid, 1, 2),
    P: 1,
    Q: 2,
    bsid: baseSid(sid, 1, 2),
    requestEntries: list,
    request: requestHash(list),
    payload: entry.message,
    payloadHash: payloadHash(entry.message),
  }
}
