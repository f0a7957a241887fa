import { describe, expect, test } from 'vitest'
import { DecodeError, abortClass, abortCodes } from '../abort.ts'
import { testRng } from '../testing.ts'
import { encode } from './cbor.ts'
import { SpokenCode } from './attempt.ts'
import { type Header, headerOf } from './frame.ts'
import { messageTypes } from './message-types.ts'
import { type ControlMessage, decodeControl, encodeControl } from './messages.ts'
import { policyHash } from './policy.ts'

const b = (length: number, fill = 1) => new Uint8Array(length).fill(fill)
const requestId = b(16, 2)
const attemptId = { requestId, index: 1, attempt: 3 }
const receipt = { counter: 2n ** 63n, state: b(32), epoch: 1, mac: b(32) }
const epoch = { epoch: 4, sid: b(32, 7), tau: b(32) }
const marks = { active: epoch, prepared: epoch }
const proposal = {
  instanceId: requestId,
  suites: [1, 2, 3] as (1 | 2 | 3)[],
  t: 2,
  holders: [1, 2, 3],
  contributors: [1, 2],
  devices: [
    { id: 1, identityPk: b(32) },
    { id: 2, identityPk: b(32) },
  ],
  backup: { kind: 'third-machine' as const, publicKey: b(32) },
  old: { epoch: 3, epochSids: [b(32), b(32), b(32)], ccHash: b(32) },
}

/** One full message of every type. */
const samples: { readonly [type in ControlMessage['type']]: ControlMessage } = {
  hello: {
    type: 'hello',
    app: '1.0.0',
    protocol: 'tandem-dkls23-v1',
    decoders: b(32),
    wallets: [{ keyId: b(32), ...marks, ot: marks, receipt }],
  },
  request: {
    type: 'request',
    requestId,
    account: 'main/0',
    chain: 'eip155:1',
    payload: b(300),
    entries: [{ index: 0, suite: 1, keyId: b(32), path: [60, 0] }],
    hash: b(32),
    receipt,
  },
  verdict: {
    type: 'verdict',
    requestId,
    hash: b(32),
    payload: b(32),
    decision: 'needs-factor',
    rule: 'spend-limit',
    detail: b(40),
    expiresAt: 1_790_000_000_000n,
  },
  cancel: { type: 'cancel', requestId },
  abort: { type: 'abort', ...attemptId, code: 'ABORTED' },
  query: { type: 'query', ...attemptId },
  result: { type: 'result', ...attemptId, signature: b(65) },
  receipt: { type: 'receipt', ...attemptId, receipt },
  propose: { type: 'propose', proposal, params: b(32), record: b(100) },
  agree: { type: 'agree', instanceId: requestId, params: b(32) },
  refuse: { type: 'refuse', instanceId: requestId, reason: 'declined' },
  'dkg-abort': { type: 'dkg-abort', from: 1, sid: b(32), signature: b(64) },
  'dkg-ack': { type: 'dkg-ack', from: 2, tau: b(32), signature: b(64) },
  'pair-rekey': { type: 'pair-rekey', keyId: b(32), epoch: 1, otNo: 2, notBefore: 0n },
  factor: { type: 'factor', requestId, proof: { kind: 'code', code: '123456' } },
  audit: { type: 'audit', length: 7n },
  checkpoint: {
    type: 'checkpoint',
    length: 9n,
    root: b(32),
    at: 1n,
    signature: b(64),
    proof: [b(32)],
  },
  enrol: {
    type: 'enrol',
    requestId,
    name: 'laptop',
    credentialId: b(16),
    attestation: b(200),
    clientData: b(100),
  },
  enrolment: { type: 'enrolment', requestId, state: 'waits' },
  policy: {
    type: 'policy',
    version: 3,
    hash: policyHash(b(300)),
    text: b(300),
    since: 1n,
    waiting: { hash: policyHash(b(301)), text: b(301), at: 2n },
  },
  inspect: { type: 'inspect' },
  inspection: {
    type: 'inspection',
    devices: [{ identityPk: b(32), name: 'device 01010101', pairedAt: 1n, signedAt: 2n }],
    passkeys: [b(16)],
    sealing: 'tpm',
  },
}

/** Fields that take bytes of many lengths. */
const openEnded = new Set(['payload', 'detail', 'credentialId', 'attestation', 'clientData'])

function headerFor(message: ControlMessage, about: Partial<Header> = {}): Header {
  const {
    requestId: id = new Uint8Array(16),
    index = 0,
    attempt = 0,
  } = {
    ...('requestId' in message && { requestId: message.requestId }),
    ...('instanceId' in message && { requestId: message.instanceId }),
    ...('index' in message && { index: message.index, attempt: message.attempt }),
    ...(message.type === 'propose' && { requestId: message.proposal.instanceId }),
  }
  return { ...headerOf(message.type, 1, 2, { requestId: id, index, attempt }), ...about }
}

describe('control messages', () => {
  test.for(Object.values(samples))('$type survives the round trip', (message) => {
    expect(decodeControl(headerFor(message), encodeControl(message))).toEqual(message)
  })

  test('an abort for a bad message and one for a cheat are the same bytes', () => {
    expect(encodeControl(samples.abort)).toEqual(
      encode({ type: 'abort', ...attemptId, code: 'ABORTED' }),
    )
    const silent = abortCodes.filter((code) => !SpokenCode.safeParse(code).success)
    expect(silent.map((code) => abortClass(code)).toSorted()).toEqual(
      abortCodes
        .map((code) => abortClass(code))
        .filter((kind) => kind === 'FAULT' || kind === 'CHEAT')
        .toSorted(),
    )
    expect(silent).toEqual(expect.arrayContaining(['POINT', 'SCALAR', 'OTE_CHECK_FAIL', 'GAMMA_V']))
    expect(silent).not.toContain('SIG_INVALID')
  })

  test('times and counters travel as eight bytes', () => {
    const bytes = encodeControl(samples['pair-rekey'])
    expect(bytes).toEqual(
      encode({ type: 'pair-rekey', keyId: b(32), epoch: 1, otNo: 2, notBefore: b(8, 0) }),
    )
  })

  test.for(Object.values(samples))(
    '$type: an unknown, a missing and an odd field are refused',
    (message) => {
      const header = headerFor(message)
      const plain = { ...message, ...bigintsAsBytes(message) }
      const refused = (value: unknown) => {
        expect(() => decodeControl(header, encode(value))).toThrow(DecodeError)
      }
      decodeControl(header, encode(plain))
      refused({ ...plain, extra: 1 })
      refused({ ...plain, ['__proto__']: 1 })
      for (const key of Object.keys(plain).filter(
        (key) => !['receipt', 'record', 'waiting'].includes(key) || message.type === 'receipt',
      )) {
        refused(Object.fromEntries(Object.entries(plain).filter(([name]) => name !== key)))
        refused({
          ...plain,
          [key]: ['wallets', 'proof', 'devices', 'passkeys'].includes(key) ? [1] : [],
        })
        refused({ ...plain, [key]: openEnded.has(key) ? [] : b(33) })
        refused({ ...plain, [key]: -1 })
      }
    },
  )

  test('a message under the header of another type is refused', () => {
    const header = { ...headerFor(samples.cancel), type: 'request' as const }
    expect(() => decodeControl(header, encodeControl(samples.cancel))).toThrow(
      expect.objectContaining({ code: 'ENCODING', field: 'request.type' }),
    )
  })

  test('a policy under another name than its own is refused', () => {
    const { policy } = samples
    if (policy.type !== 'policy' || !policy.waiting) throw new Error('a policy')
    const { waiting } = policy
    for (const other of [
      { ...policy, hash: waiting.hash },
      { ...policy, waiting: { ...waiting, hash: policy.hash } },
    ])
      expect(() =>
        decodeControl(headerFor(policy), encode({ ...other, ...bigintsAsBytes(other) })),
      ).toThrow(DecodeError)
    expect(policyHash(waiting.text)).toEqual(waiting.hash)
  })

  test('a message about another attempt than its header is refused', () => {
    for (const about of [{ requestId: b(16, 9) }, { index: 2 }, { attempt: 4 }])
      for (const message of [samples.abort, samples.query, samples.result, samples.receipt])
        expect(() => decodeControl(headerFor(message, about), encodeControl(message))).toThrow(
          DecodeError,
        )
    for (const message of [samples.cancel, samples.agree, samples.propose, samples.request])
      expect(() =>
        decodeControl(headerFor(message, { requestId: b(16, 9) }), encodeControl(message)),
      ).toThrow(DecodeError)
  })

  test.for<[string, unknown]>([
    ['entries out of order', { ...samples.request, entries: [entryAt(1), entryAt(0)] }],
    ['entries with a gap', { ...samples.request, entries: [entryAt(0), entryAt(2)] }],
    ['no entries', { ...samples.request, entries: [] }],
    ['a hardened path', { ...samples.request, entries: [{ ...entryAt(0), path: [0x80000000] }] }],
    ['a suite that does not exist', { ...samples.request, entries: [{ ...entryAt(0), suite: 4 }] }],
    ['party 0', { ...samples['dkg-ack'], from: 0 }],
    ['party 256', { ...samples['dkg-ack'], from: 256 }],
    ['one holder twice', proposed({ holders: [1, 1, 2] })],
    ['holders out of order', proposed({ holders: [2, 1, 3] })],
    ['a threshold of one', proposed({ t: 1 })],
    ['no suites', proposed({ suites: [] })],
    ['one suite twice', proposed({ suites: [1, 1] })],
    ['devices out of order', proposed({ devices: proposal.devices.toReversed() })],
    ['a backup mode that does not exist', proposed({ backup: { kind: 'mine' } })],
    ['a split backup with a key', proposed({ backup: { kind: 'split', publicKey: b(32) } })],
    ['a backup key that is missing', proposed({ backup: { kind: 'kept' } })],
    ['text that is not printable', { ...samples.verdict, rule: 'a b' }],
    ['a code that must not be said', { ...samples.abort, code: 'OTE_CHECK_FAIL' }],
  ])('%s is refused', ([, value]) => {
    const { type, ...fields } = value as ControlMessage
    const header = headerFor({ type, ...fields } as ControlMessage)
    expect(() =>
      decodeControl(header, encode({ ...fields, type, ...bigintsAsBytes(value) })),
    ).toThrow(DecodeError)
  })

  test('mutated messages are refused or say something that is itself well-formed', () => {
    const rng = testRng('mutations')
    const runs = process.env['TANDEM_LONG'] === '1' ? 200_000 : 3_000
    const all = Object.values(samples)
    let refused = 0
    for (let run = 0; run < runs; run++) {
      const message = all[run % all.length]!
      const body = encodeControl(message)
      const random = rng(`${run}`, 9)
      for (let i = 0; i <= random[0]! % 3; i++)
        body[(random[1 + i]! * 256 + random[4 + i]!) % body.length] = random[6 + i]!
      const outcome = attempt(() => decodeControl(headerFor(message), body))
      if (outcome instanceof DecodeError) refused += 1
      else expect(encodeControl(outcome)).toEqual(body)
    }
    expect(refused).toBeGreaterThan(runs / 4)
    expect(refused).toBeLessThan(runs)
  })

  test('the largest message of every kind fits its bound', () => {
    const last = { ...epoch, epoch: 0xffffffff }
    const most = { active: last, prepared: last }
    const wallet = { keyId: b(32), ...most, ot: most, receipt }
    const path = Array.from({ length: 10 }, () => 0x7fffffff)
    const largest: ControlMessage[] = [
      {
        ...samples.hello,
        type: 'hello',
        app: 'x'.repeat(32),
        protocol: 'x'.repeat(32),
        decoders: b(32),
        wallets: Array.from({ length: 64 }, () => wallet),
      },
      {
        type: 'request',
        requestId,
        account: 'x'.repeat(128),
        chain: 'x'.repeat(64),
        payload: b(768 * 1024),
        entries: Array.from({ length: 1024 }, (_, index) => ({
          index,
          suite: 3 as const,
          keyId: b(32),
          path,
        })),
        hash: b(32),
        receipt,
      },
      {
        type: 'verdict',
        requestId,
        hash: b(32),
        payload: b(32),
        decision: 'needs-factor',
        rule: 'x'.repeat(64),
        detail: b(4096),
        expiresAt: 0n,
      },
      {
        type: 'propose',
        proposal: {
          ...proposal,
          holders: Array.from({ length: 16 }, (_, i) => i + 240),
          contributors: Array.from({ length: 16 }, (_, i) => i + 240),
          devices: Array.from({ length: 16 }, (_, i) => ({ id: i + 240, identityPk: b(32) })),
        },
        params: b(32),
        record: b(64 * 1024),
      },
      samples.abort,
      samples.query,
      samples.result,
      samples.receipt,
      samples.agree,
      samples.refuse,
      samples.cancel,
      samples['dkg-abort'],
      samples['dkg-ack'],
      samples['pair-rekey'],
      {
        type: 'factor',
        requestId,
        proof: {
          kind: 'passkey',
          credentialId: b(1024),
          authenticatorData: b(1024),
          clientData: b(2048),
          signature: b(1024),
        },
      },
      samples.audit,
      {
        type: 'checkpoint',
        length: 9n,
        root: b(32),
        at: 1n,
        signature: b(64),
        proof: Array.from({ length: 64 }, () => b(32)),
      },
      {
        type: 'enrol',
        requestId,
        name: 'n'.repeat(64),
        credentialId: b(1024),
        attestation: b(4096),
        clientData: b(2048),
      },
      { type: 'enrolment', requestId, state: 'enrolled' },
      {
        type: 'policy',
        version: 0xffffffff,
        hash: policyHash(b(64 * 1024)),
        text: b(64 * 1024),
        since: 0n,
        waiting: { hash: policyHash(b(64 * 1024)), text: b(64 * 1024), at: 0n },
      },
      { type: 'inspect' },
      {
        type: 'inspection',
        devices: Array.from({ length: 64 }, () => ({
          identityPk: b(32),
          name: '\uffff'.repeat(64),
          pairedAt: 1n,
          signedAt: 1n,
        })),
        passkeys: Array.from({ length: 32 }, () => b(16)),
        sealing: 'passphrase',
      },
    ]
    expect(new Set(largest.map(({ type }) => type)).size).toBe(Object.keys(samples).length)
    for (const message of largest)
      expect(encodeControl(message).length).toBeLessThanOrEqual(
        messageTypes[message.type].maxLength,
      )
  })
})

function entryAt(index: number) {
  return { index, suite: 1, keyId: b(32), path: [] }
}

function proposed(change: object) {
  return { ...samples.propose, proposal: { ...proposal, ...change } }
}

/** The fields that are bigints in memory, as they travel, however deep. */
function bigintsAsBytes(value: unknown): Record<string, unknown> {
  const plain = (one: unknown): unknown => {
    if (typeof one === 'bigint') {
      const bytes = b(8, 0)
      new DataView(bytes.buffer).setBigUint64(0, one)
      return bytes
    }
    if (Array.isArray(one)) return one.map(plain)
    if (typeof one !== 'object' || one === null || one instanceof Uint8Array) return one
    return bigintsAsBytes(one)
  }
  return Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, plain(one)]))
}

/** What came out, or the DecodeError that came instead. Another error is thrown on. */
function attempt<T>(run: () => T): T | DecodeError {
  try {
    return run()
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}
