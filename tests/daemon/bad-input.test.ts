import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import * as tandem from '@tandem/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqlite } from '../../daemon/src/adapters/stores/sqlite/sqlite.ts'
import { type Table, tables } from '../../daemon/src/ports/store.ts'
import { transfer } from '../../daemon/test/transfer.ts'
import { type Clocked, startClocked } from './faults/clocked.ts'
import { type Kept, type TestDevice, callAgain, pairDevice } from './test-device.ts'
import { type Packet, type Wire, connect } from './wire.ts'
import type { WebSocket } from 'ws'

const chain = evm(network('eip155:31337'))
const home = mkdtempSync(join(tmpdir(), 'tandem-bad-'))
let daemon: Clocked
let mine: Kept
let other: Kept
/** A request that was signed, and one of which only the first message came. */
const signed = new Uint8Array(16).fill(1)
const begun = new Uint8Array(16).fill(2)
let firstOfSigned: Packet
let firstOfBegun: Packet

beforeAll(async () => {
  daemon = await startClocked(home, [chain.network.id])
  const device = await paired([1, 3])
  const sent: Packet[] = []
  await device.close()
  const again = await callAgain(daemon.address, device.kept, (wire) => ({
    ...wire,
    send(packet) {
      sent.push(packet)
      const isCut = packet.header.type === 'F3' && packet.header.requestId[0] === 2
      if (!isCut) wire.send(packet)
    },
  }))
  await again.sign(chain, transfer(0n), { requestId: signed })
  const cut = again.sign(chain, transfer(1n), { requestId: begun }).catch(() => 'cut')
  while (!sent.some(({ header }) => header.type === 'F3' && header.requestId[0] === 2))
    await daemon.look()
  await again.close()
  await cut
  mine = again.kept
  const firsts = sent.filter(({ header }) => header.type === 'F1')
  firstOfSigned = firsts.find(({ header }) => header.requestId[0] === 1)!
  firstOfBegun = firsts.find(({ header }) => header.requestId[0] === 2)!
  const neighbour = await paired([1])
  await neighbour.close()
  other = neighbour.kept
})

afterAll(async () => {
  await daemon.stop()
  rmSync(home, { recursive: true })
})

async function paired(suites: readonly (1 | 3)[]): Promise<TestDevice> {
  const { link, done } = await daemon.invite()
  const device = await pairDevice(link)
  await done()
  await device.makeWallet({ proposal: { suites: [...suites] } })
  return device
}

/** What is of the log alone, or made of it. */
const ofTheLog = new Set<Table>(['meta', 'sum', 'tree', 'checkpoint', 'view-0', 'view-1'])

/** Every row that says what the daemon has decided, holds or owes. */
async function rows(): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), 'tandem-rows-'))
  for (const file of ['tandem.db', 'tandem.db-wal'])
    cpSync(join(home, file), join(copy, file), { force: true })
  const store = sqlite(join(copy, 'tandem.db'))
  const found: string[] = []
  for (const table of tables.filter((one) => !ofTheLog.has(one)))
    for (const { key, value } of await store.list(table, { limit: 10_000 }))
      found.push([table, key, value].map((part) => Buffer.from(part).toString('hex')).join(' '))
  await store.close()
  rmSync(copy, { recursive: true })
  return found
}

type Refused = { readonly type: string; readonly code?: string }

async function logged(): Promise<Refused[]> {
  const all: Refused[] = []
  for (;;) {
    const said = await daemon.command({ command: 'log', from: all.length + 1, limit: 500 })
    const { entries } = said['answer'] as {
      entries: { type: string; event: { code?: string } }[]
    }
    all.push(...entries.map(({ type, event }) => ({ type, ...event })))
    if (entries.length === 0) return all
  }
}

const key = (suite: number, { share }: Kept = mine): Uint8Array =>
  share!.keys.find((one) => one.suite === suite)!.keyId

const about = (
  type: tandem.Header['type'],
  rest: Parameters<typeof tandem.headerOf>[3] = {},
  body: Uint8Array = new Uint8Array(0),
): Packet => ({ header: tandem.headerOf(type, tandem.DEVICE, tandem.COSIGNER, rest), body })

const control = (message: tandem.ControlMessage, requestId?: Uint8Array): Packet =>
  about(message.type, requestId && { requestId }, tandem.encodeControl(message))

const id = new Uint8Array(16).fill(9)
const garbage = Uint8Array.from({ length: 64 }, (_, at) => (at * 73) & 255)

/** Asks something wrong; the answer says why. */
const lie =
  (change: Parameters<TestDevice['ask']>[2]) =>
  async (device: TestDevice): Promise<string> => {
    const { decision, rule } = await device.ask(chain, transfer(7n), change)
    return `${decision}: ${rule}`
  }

const as = (type: tandem.Header['type'], { header }: Packet, body: Uint8Array): Packet => ({
  header: { ...header, type },
  body,
})

const f1 = (change: Parameters<typeof tandem.headerOf>[3], from = firstOfBegun): Packet => ({
  header: { ...from.header, ...change },
  body: from.body,
})

const greeting = (): Packet =>
  control({
    type: 'hello',
    app: '0',
    protocol: tandem.PROTOCOL,
    decoders: new Uint8Array(32),
    wallets: [],
  })

const message = ({ header, body }: Packet) => tandem.decodeMessage(header, body)

const entryOf = (suite: 1 | 3, keyId: Uint8Array, path: number[]) =>
  lie({ lie: { entries: [{ index: 0, suite, keyId, path }] } })

const failure = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'made',
    (error: unknown) => String(error),
  )

type Does = (device: TestDevice) => Promise<string>

/** What a device says wrong, and what the log calls it. It is told nothing but where it waits. */
const said: readonly (readonly [what: string, make: () => Packet, codes: readonly string[]])[] = [
  ['a control message of garbage', () => about('cancel', {}, garbage), ['bad-message']],
  [
    'a message under the header of another',
    () => ({ ...control({ type: 'audit', length: 0n }), header: about('cancel').header }),
    ['bad-message'],
  ],
  [
    'a message about another request than its header',
    () => control({ type: 'cancel', requestId: signed }, id),
    ['bad-message'],
  ],
  [
    'a message that only a co-signer sends',
    () => control({ type: 'agree', instanceId: id, params: new Uint8Array(32) }, id),
    ['bad-message'],
  ],
  ['a second greeting', greeting, ['bad-message']],
  ['F1 of no request', () => f1({ requestId: id }), ['UNKNOWN_SESSION']],
  ['F1 of an entry that is not there', () => f1({ index: 9 }), ['UNKNOWN_SESSION']],
  ['F1 of a key of nobody', () => f1({ keyId: new Uint8Array(32) }), ['unknown-wallet']],
  ['F1 of a wallet of another device', () => f1({ keyId: key(1, other) }), ['unknown-wallet']],
  ['F1 for a key of another suite', () => f1({ keyId: key(3) }), ['HDR_MISMATCH']],
  ['F1 of another epoch', () => f1({ epoch: 7 }), ['EPOCH_MISMATCH']],
  ['F1 of an attempt that was', () => f1({}), ['WRONG_STATE']],
  ['F1 of an attempt before that', () => f1({ attempt: 0 }), ['WRONG_STATE']],
  ['F1 of what is signed', () => firstOfSigned, []],
  [
    'S1 for a key of another suite',
    () => as('S1', f1({ attempt: 2 }), new Uint8Array(98)),
    ['WRONG_STATE'],
  ],
  ['F3 before F1', () => as('F3', firstOfBegun, new Uint8Array(40_292)), ['UNKNOWN_SESSION']],
  [
    'F4, which only a device receives',
    () => as('F4', firstOfBegun, new Uint8Array(65)),
    ['bad-message'],
  ],
  [
    'another signature for what is signed',
    () =>
      tandem.encodeMessage({
        ...message(firstOfSigned),
        kind: 'RESULT',
        body: new Uint8Array(65).fill(3),
      }),
    ['SIG_INVALID'],
  ],
  [
    'an abort of nothing',
    () =>
      tandem.encodeMessage({ ...message(f1({ requestId: id })), kind: 'ABORT', code: 'TIMEOUT' }),
    ['UNKNOWN_SESSION'],
  ],
  [
    'a question about nothing',
    () => tandem.encodeMessage({ ...message(f1({ requestId: id })), kind: 'QUERY' }),
    ['UNKNOWN_SESSION'],
  ],
  [
    'a factor for no request',
    () => control({ type: 'factor', requestId: id, proof: { kind: 'code', code: '000000' } }, id),
    ['conflict'],
  ],
  ['a cancellation of nothing', () => control({ type: 'cancel', requestId: id }, id), []],
  [
    'a cancellation of what is signed',
    () => control({ type: 'cancel', requestId: signed }, signed),
    [],
  ],
  [
    'a message of a ceremony that nobody proposed',
    () => about('G3', { requestId: id }, garbage),
    [],
  ],
  ['a certificate of no ceremony', () => about('G5', { requestId: id }, new Uint8Array(64)), []],
  [
    'an abort of no ceremony',
    () =>
      control({
        type: 'dkg-abort',
        from: 1,
        sid: new Uint8Array(32),
        signature: new Uint8Array(64),
      }),
    [],
  ],
  [
    'an acknowledgement that is forged',
    () => control({ type: 'dkg-ack', from: 1, tau: mine.held!.tau, signature: new Uint8Array(64) }),
    [],
  ],
  [
    'a preparation of another number',
    () => about('N1', { keyId: key(1), attempt: 7 }, new Uint8Array(32)),
    ['mismatch'],
  ],
  [
    'a preparation that nobody here allowed',
    () => about('N1', { keyId: key(1), attempt: 1 }, new Uint8Array(32)),
    [],
  ],
  [
    'the third message of a preparation that nobody began',
    () => about('N3', { keyId: key(1), attempt: 1 }, garbage),
    [],
  ],
]

/** What a device asks wrong, what it is told, and what the log calls it. */
const asked: readonly (readonly [
  what: string,
  does: Does,
  told: string,
  codes: readonly string[],
])[] = [
  [
    'a request for a chain that is not set up',
    lie({ lie: { chain: 'eip155:1' } }),
    'deny: unknown-chain',
    ['unknown-chain'],
  ],
  [
    'a request of another account',
    lie({ lie: { account: `eip155:31337:0x${'ab'.repeat(20)}` } }),
    'deny: mismatch',
    ['mismatch'],
  ],
  [
    'a request whose digest is of another payload',
    lie({ lie: { payload: transfer(8n) } }),
    'deny: mismatch',
    ['mismatch'],
  ],
  [
    'a payload that is no request',
    lie({ lie: { payload: garbage } }),
    'deny: unreadable',
    ['unreadable'],
  ],
  [
    'a request on another path',
    (device) => entryOf(1, key(1), [60, 7])(device),
    'deny: mismatch',
    ['mismatch'],
  ],
  [
    'a request for a key of another suite',
    (device) => entryOf(3, key(3), [501, 0])(device),
    'deny: mismatch',
    ['mismatch'],
  ],
  [
    'a request for a key of nobody',
    (device) => entryOf(1, new Uint8Array(32), [60, 0])(device),
    'deny: unknown-wallet',
    ['unknown-wallet'],
  ],
  [
    'a request for a wallet of another device',
    (device) => entryOf(1, key(1, other), [60, 0])(device),
    'deny: unknown-wallet',
    ['unknown-wallet'],
  ],
  ['a request under the id of another', lie({ requestId: signed }), 'deny: conflict', ['conflict']],
  [
    'new shares that nobody here allowed',
    (device) => failure(device.rotate({ proposal: { suites: [1, 3] } })),
    'Error: refused: not-allowed',
    [],
  ],
  [
    'new shares of the wallet of another device',
    (device) => {
      const old = tandem.oldEpochOfShare(other.share!)
      return failure(device.makeWallet({ proposal: { suites: [1], old } }))
    },
    'Error: refused: params',
    [],
  ],
]

/** What no device sends over a connection, and whether that is the end of it. */
const odd: readonly (readonly [
  what: string,
  does: (socket: WebSocket, wire: Wire) => void,
  ends: 'closed' | 'goes on',
  codes: readonly string[],
])[] = [
  ['text instead of bytes', (socket) => socket.send('hello'), 'closed', []],
  ['a frame without a byte', (socket) => socket.send(new Uint8Array(0)), 'closed', []],
  ['a frame that is too long', (socket) => socket.send(new Uint8Array(65_537)), 'closed', []],
  ['a record that nobody sealed', (socket) => socket.send(garbage), 'goes on', []],
  [
    'a question about a log that is longer than ours',
    (_socket, wire) => wire.send(control({ type: 'audit', length: 10n ** 9n })),
    'goes on',
    ['rolled-back'],
  ],
  [
    'an acknowledgement of a ceremony before a greeting',
    (_socket, wire) => wire.send(about('G3', { requestId: id }, garbage)),
    'goes on',
    ['bad-message'],
  ],
  [
    'a signature before a greeting',
    (_socket, wire) => wire.send(f1({ attempt: 2 })),
    'goes on',
    ['busy'],
  ],
]

const terms = () =>
  ({
    kind: 'session',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys: mine.noise,
    peerNoisePk: mine.peer.noisePk,
  }) as const

/** What the log calls something, and the rows that it changes. */
async function changes(work: () => Promise<void>) {
  const before = await rows()
  const { length } = await logged()
  await work()
  const since = (await logged()).slice(length)
  const after = await rows()
  return {
    codes: since.map(({ code }) => code),
    rows: [
      ...before.filter((row) => !after.includes(row)),
      ...after.filter((row) => !before.includes(row)),
    ],
  }
}

describe('what a device does wrong has a name, and changes nothing but the log', () => {
  test('a request that is signed does change more', async () => {
    const before = await rows()
    const device = await callAgain(daemon.address, mine)
    await device.sign(chain, transfer(2n))
    await device.close()
    expect(await rows()).not.toEqual(before)
  })

  test.for(said)('%s', async ([, make, codes]) => {
    const device = await callAgain(daemon.address, mine)
    const found = await changes(async () => {
      device.send(make())
      // The answer to this comes after all that was said before.
      await device.audit()
    })
    expect(found).toEqual({ codes, rows: [] })
    await device.close()
  })

  test.for(asked)('%s', async ([, does, told, codes]) => {
    const device = await callAgain(daemon.address, mine)
    const found = await changes(async () => expect(await does(device)).toBe(told))
    expect(found).toEqual({ codes, rows: [] })
    await device.close()
  })

  test.for(odd)('%s', async ([, does, ends, codes]) => {
    const { socket, wire } = await connect(daemon.address, terms())
    const closed = once(socket, 'close')
    const found = await changes(async () => {
      does(socket, wire)
      if (ends === 'closed') await closed
      else {
        wire.send(control({ type: 'audit', length: 0n }))
        while ((await wire.receive()).header.type !== 'checkpoint');
      }
    })
    expect(found).toEqual({ codes, rows: [] })
    await wire.close()
  })

  test('a device that is revoked while it waits says nothing more', async () => {
    const device = await callAgain(daemon.address, other)
    await device.ask(chain, transfer(0n))
    const identity = Buffer.from(ed25519.getPublicKey(other.identity)).toString('hex')
    await daemon.command({ command: 'revoke', device: identity.slice(0, 16) })
    const found = await changes(async () => {
      device.send(f1({ keyId: key(1, other) }))
      await expect(device.audit()).rejects.toThrow('closed')
    })
    expect(found).toEqual({ codes: [], rows: [] })
    await expect(callAgain(daemon.address, other)).rejects.toThrow('closed')
  })
})
