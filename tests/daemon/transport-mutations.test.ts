import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import * as tandem from '@tandem/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { transfer } from '../../daemon/test/transfer.ts'
import { answer } from './control.ts'
import { type Chance, chance, mutated, mutatedCbor } from './mutate.ts'
import { stranger, times } from './stranger.ts'
import { type Kept, type TestDevice, deviceOver, pairDevice } from './test-device.ts'
import { type Watched, startWatched } from './watched.ts'
import { type Packet, type Wire, connect } from './wire.ts'

const chain = evm(network('eip155:31337'))
const home = mkdtempSync(join(tmpdir(), 'tandem-mutations-'))
/** Everything that a device has said, before it was sealed. */
const said: Packet[] = []
const recorded = (wire: Wire): Wire => ({
  ...wire,
  send(packet) {
    said.push(packet)
    wire.send(packet)
  },
})
let daemon: Watched
let kept: Kept
let state: unknown

beforeAll(async () => {
  daemon = await startWatched(home, 'frames_per_second = 10000\n')
  const device = await pairDevice(daemon.link, recorded)
  await device.makeWallet()
  await device.sign(chain, transfer(0n))
  const requestId = new Uint8Array(16).fill(1)
  await device.sign(chain, transfer(1n), { requestId })
  device.cancel(requestId)
  device.say({ type: 'query', requestId, index: 0, attempt: 0 }, requestId)
  await device.audit()
  await device.close()
  kept = device.kept
  state = await stateOf()
})

afterAll(async () => {
  await daemon.stop()
  rmSync(home, { recursive: true })
})

/** What must be as it was, whatever comes in. */
const stateOf = async (): Promise<unknown> => [
  await answer(home, { command: 'devices' }),
  await answer(home, { command: 'wallets' }),
  await answer(home, { command: 'factors' }),
]

const terms = () =>
  ({
    kind: 'session',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys: kept.noise,
    peerNoisePk: kept.peer.noisePk,
  }) as const

/** The device on a connection of its own, and each frame that leaves on it. */
async function come() {
  const frames: Uint8Array[] = []
  const { wire, socket } = await connect(daemon.address, terms(), {}, (frame) => frames.push(frame))
  const device = await deviceOver(kept, wire)
  await device.audit()
  return { device, wire, socket, frames }
}

/** As it was, and still at work. */
async function expectUnharmed(): Promise<void> {
  const { device } = await come()
  expect(await stateOf()).toEqual(state)
  await device.close()
  expect(daemon.process.exitCode).toBe(null)
  expect(daemon.lines().filter(({ level }) => level === 'error')).toEqual([])
}

describe('a hundred thousand frames that are wrong', () => {
  test('five thousand first frames open nothing', async () => {
    const by = chance(1)
    const frames: Uint8Array[] = []
    const { device } = await connect(daemon.address, terms(), {}, (frame) =>
      frames.push(frame),
    ).then(async ({ wire }) => ({ device: await deviceOver(kept, wire) }))
    const card = tandem.identityCard(tandem.DEVICE, kept.identity, kept.noise.publicKey)
    const rng = (_label: string, length: number) => by.bytes(length)
    const secret = new Uint8Array(16)
    const pairing = tandem.dial({ ...terms(), kind: 'pairing', secret, card }, rng).send!
    const corpus = [frames[0]!, frames[0]!, pairing, frames[1]!]
    let answered = 0
    await times(5000, 20, async () => {
      // Not where the device is: handshakes that fail count against their address.
      const caller = await stranger(daemon.port, '127.0.0.2')
      caller.knock(by.pick(['/', '/pair/0011223344556677']), mutated(by.pick(corpus), by))
      await caller.ended()
      answered += caller.frames().length
    })
    expect(answered).toBe(0)
    await device.close()
    await expectUnharmed()
  })

  test('ninety-two thousand records that the device did not seal move nothing', async () => {
    const by = chance(2)
    const { device, socket, frames } = await come()
    for (let times = 0; times < 12; times += 1) await device.audit()
    device.cancel(by.bytes(16))
    const records = frames.slice(1)
    expect(records.length).toBeGreaterThan(10)
    const before = (await device.audit()).length
    for (let batch = 0; batch < 184; batch += 1) {
      for (let count = 0; count < 500; count += 1) socket.send(wrongRecord(records, by))
      await device.audit()
    }
    // Not even a row of the log.
    expect((await device.audit()).length).toBe(before)
    await device.close()
    await expectUnharmed()
  })

  test('three thousand messages that a paired device should not send are refused', async () => {
    const by = chance(3)
    let here = await come()
    let sent = 0
    while (sent < 3000) {
      for (let count = 0; count < 100;) {
        if (!sendWrong(here.device, by)) continue
        count += 1
        sent += 1
      }
      // It may have been hung up on, and comes back.
      await heardOut(here, by).catch(async () => (here = await come()))
    }
    // They were read, and refused: the device has the right to be answered, and no other.
    expect(await daemon.refusals('bad-message')).toBeGreaterThan(500)
    await here.device.close()
    await expectUnharmed()
  })

  test('a record once more, or before its turn, ends the connection and nothing else', async () => {
    for (let round = 0; round < 50; round += 1) {
      const { device, socket, frames } = await come()
      const closed = new Promise<number>((resolve) => socket.once('close', resolve))
      device.say({ type: 'audit', length: 0n })
      device.say({ type: 'audit', length: 1n })
      const last = frames.length - 1
      socket.send(frames[round % 2 === 0 ? last : last - 1]!)
      expect(await closed).toBe(1008)
    }
    await expectUnharmed()
  })

  test('and the same daemon signs', async ({ annotate }) => {
    const { device } = await come()
    expect(await device.sign(chain, transfer(2n))).toMatchObject({ type: 'transaction' })
    await device.close()
    const longest = await daemon.figure('tandem_nodejs_eventloop_lag_max_seconds')
    await annotate(`the longest time that its event loop was busy: ${longest} s`)
  })
})

/** Waits for the answer to a request that nobody can mistake: what came before is behind us. */
async function heardOut({ device, wire }: Awaited<ReturnType<typeof come>>, by: Chance) {
  const requestId = by.bytes(16)
  const { header, body } = said.find((packet) => packet.header.type === 'request')!
  const request = tandem.decodeControl(header, body)
  if (request.type !== 'request') throw new Error('a request')
  const entries = request.entries.map((entry) => ({ ...entry, keyId: by.bytes(32) }))
  device.say({ ...request, requestId, entries }, requestId)
  for (;;) {
    const answered = await wire.receive()
    if (tandem.equalBytes(answered.header.requestId, requestId)) return
  }
}

/** Never one of those that were sent. */
function wrongRecord(records: readonly Uint8Array[], by: Chance): Uint8Array {
  for (;;) {
    const record = by.pick(records)
    const wrong = mutated(record, by)
    if (!records.some((one) => tandem.equalBytes(one, wrong))) return wrong
  }
}

/** A message of the device, changed and sealed. @returns whether it could be. */
function sendWrong(device: TestDevice, by: Chance): boolean {
  const { header, body } = by.pick(said)
  const isControl = !/^[A-Z]\d$/.test(header.type)
  const changed = isControl ? mutatedCbor(body, by) : mutated(body, by)
  const wrong = by.below(4) === 0 ? body : changed
  try {
    device.send({ header: wrongHeader(header, by), body: wrong })
    return true
  } catch (error) {
    if (error instanceof tandem.UsageError) return false
    throw error
  }
}

function wrongHeader(header: tandem.Header, by: Chance): tandem.Header {
  switch (by.below(8)) {
    case 0:
      return { ...header, type: by.pick(said).header.type }
    case 1:
      return { ...header, requestId: by.bytes(16) }
    case 2:
      return { ...header, index: by.below(65_536) }
    case 3:
      return { ...header, attempt: by.below(2 ** 32) }
    case 4:
      return { ...header, keyId: by.bytes(32) }
    case 5:
      return { ...header, epoch: by.below(2 ** 32) }
    case 6:
      return { ...header, keyId: by.pick(said).header.keyId }
    default:
      return header
  }
}
