import { randomBytes } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import {
  COSIGNER,
  type ConnectStep,
  type ControlMessage,
  DEVICE,
  PROTOCOL,
  advance,
  dhKeys,
  dial,
  encodeControl,
  headerOf,
  identityCard,
  pairingName,
  seal,
} from '@tandem/protocol'
import { describe, expect, test } from 'vitest'
import { connection } from '../src/core/connection.ts'
import { deviceBy, pinDevice, revokeDevice } from '../src/core/devices.ts'
import { limits } from '../src/core/limits/limits.ts'
import { LINK_TRIES, pairing } from '../src/core/pairing.ts'
import { wallets } from '../src/core/wallets.ts'
import type { Caller, Ending } from '../src/ports/transport.ts'
import { daemon } from './daemon-in-process.ts'

const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))

async function listening(isLimited = false) {
  const { parts: unlimited, events } = await daemon()
  // Nothing becomes due while a test runs.
  const clock = { now: () => new Date(0), after: unlimited.after }
  const parts = { ...unlimited, ...(isLimited && { limits: limits(100, clock) }) }
  const registry = wallets(parts)
  const codes = pairing(parts.entropy, parts.now)
  /** A caller: what it hears, and the connection that it talks to. */
  const caller = (about: Partial<Caller> = {}) => {
    const heard: Uint8Array[] = []
    const endings: Ending[] = []
    const line = connection(
      parts,
      registry,
      codes,
      {
        send: (frame) => heard.push(frame),
        proven: () => undefined,
        close: (why) => endings.push(why),
      },
      { address: '127.0.0.1', origin: undefined, invitation: undefined, ...about },
    )
    return { heard, endings, line }
  }
  return { parts, codes, caller, events }
}

const identity = fresh('identity', 32)
const noise = dhKeys(fresh('noise', 32))
const us = { me: DEVICE, peer: COSIGNER, keys: noise } as const
const card = identityCard(DEVICE, identity, noise.publicKey)

async function pair(
  from: Awaited<ReturnType<typeof listening>>,
  secret: Uint8Array,
  keys = noise,
  who = identity,
  about: Partial<Caller> = {},
) {
  const { heard, line } = from.caller({ invitation: pairingName(secret), ...about })
  const shown = keys === noise ? card : identityCard(DEVICE, who, keys.publicKey)
  let step = dial({ ...us, keys, kind: 'pairing', secret, card: shown }, fresh)
  const goesOn = await line.take(step.send!)
  if (!goesOn || !heard[0] || step.done) return false
  step = advance(step.connecting, heard.shift()!, fresh)
  return line.take(step.send!)
}

async function call(
  from: Awaited<ReturnType<typeof listening>>,
  keys = noise,
  about: Partial<Caller> = {},
) {
  const { heard, endings, line } = from.caller(about)
  const peerNoisePk = from.parts.root.noise.publicKey
  const step = dial({ ...us, keys, kind: 'session', peerNoisePk }, fresh)
  if (!step.send || step.done) throw new Error('a first frame')
  const first = step.send
  const goesOn = await line.take(first)
  /** The rest of the handshake, and a greeting. */
  const greet = async () => {
    const { channel } = shaken(advance(step.connecting, heard.shift()!, fresh))
    const decoders = new Uint8Array(32)
    const greeting: ControlMessage = {
      type: 'hello',
      app: '0',
      protocol: PROTOCOL,
      decoders,
      wallets: [],
    }
    const message = { header: headerOf('hello', DEVICE, COSIGNER), body: encodeControl(greeting) }
    const [record] = seal(channel, message).records
    return line.take(record!)
  }
  return { goesOn, heard, endings, line, first, greet }
}

function shaken(step: ConnectStep) {
  if (!step.done) throw new Error('a handshake that ended')
  return step
}

describe('a caller', () => {
  test('with the secret of an open invitation is pinned, once', async () => {
    const place = await listening()
    const { secret } = place.codes.invite()
    const copy = secret.slice()
    expect(await pair(place, copy)).toBe(true)
    expect(await deviceBy(place.parts.store, noise.publicKey)).toMatchObject({ revoked: false })
    expect(await pair(place, copy)).toBe(false)
    expect(await place.events()).toContainEqual(expect.objectContaining({ type: 'paired' }))
  })

  test('with another secret gets in never, and three of them end the invitation', async () => {
    const place = await listening()
    const right = place.codes.invite().secret.slice()
    const named = { invitation: pairingName(right) }
    // Who cannot even name it does not get that far.
    for (let tries = 0; tries < 10; tries += 1)
      expect(await pair(place, fresh('guess', 16))).toBe(false)
    for (let tries = 0; tries < LINK_TRIES; tries++)
      expect(await pair(place, fresh('guess', 16), noise, identity, named)).toBe(false)
    expect(await pair(place, right)).toBe(false)
    expect(await place.parts.store.list('device')).toEqual([])
    const refused = (await place.events()).filter(({ type }) => type === 'pairing-refused')
    expect(refused.length).toBe(LINK_TRIES)
  })

  test('a stranger and a revoked device get no answer', async () => {
    const place = await listening()
    const stranger = await call(place, dhKeys(fresh('stranger', 32)))
    expect(stranger).toMatchObject({ goesOn: false, heard: [] })

    const { secret } = place.codes.invite()
    expect(await pair(place, secret.slice())).toBe(true)
    expect((await call(place)).goesOn).toBe(true)

    const device = await deviceBy(place.parts.store, noise.publicKey)
    await revokeDevice(place.parts.store, device!.noisePk, place.parts.now())
    expect(await call(place)).toMatchObject({ goesOn: false, heard: [] })
  })

  test('a device comes back from where it was paired, and from nowhere else', async () => {
    const place = await listening()
    const from = (origin: string | undefined) => ({ origin })
    const [mine, other] = ['chrome-extension://a', 'chrome-extension://b']
    const invited = place.codes.invite().secret.slice()
    // An extension that nobody knows may pair, and is then who it paired as.
    expect((await call(place, noise, from(mine))).goesOn).toBe(false)
    expect(await pair(place, invited, noise, identity, from(mine))).toBe(true)
    expect((await call(place, noise, from(mine))).goesOn).toBe(true)
    for (const elsewhere of [from(other), from(undefined)])
      expect(await call(place, noise, elsewhere)).toMatchObject({ goesOn: false, heard: [] })
    const elsewhere = place.codes.invite().secret.slice()
    expect(await pair(place, elsewhere, noise, identity, from(other))).toBe(false)
    // Neither does what one extension may let another in, nor what no browser may let one.
    const plain = dhKeys(fresh('plain', 32))
    const again = place.codes.invite().secret.slice()
    expect(await pair(place, again, plain, fresh('identity', 32))).toBe(true)
    expect((await call(place, plain)).goesOn).toBe(true)
    expect((await call(place, plain, from(mine))).goesOn).toBe(false)
  })

  test('a repeated first frame does not put out the device that sent it', async () => {
    const place = await listening()
    expect(await pair(place, place.codes.invite().secret.slice())).toBe(true)
    const device = await call(place)
    expect(await device.greet()).toBe(true)
    const before = device.heard.length
    const copy = place.caller()
    expect(await copy.line.take(device.first)).toBe(true)
    // It has an answer that it cannot read, and cannot go on from there.
    expect(copy.heard.length).toBe(1)
    expect(await copy.line.take(fresh('record', 200))).toBe(true)
    expect([device.endings, copy.heard.length, before]).toEqual([[], 1, device.heard.length])
    // The control: the device itself takes the place of its earlier connection.
    const next = await call(place)
    expect(device.endings).toEqual([])
    expect(await next.greet()).toBe(true)
    expect(device.endings).toEqual(['replaced'])
  })

  test('a device that goes while it is greeted leaves nothing behind', async () => {
    const place = await listening()
    expect(await pair(place, place.codes.invite().secret.slice())).toBe(true)
    const gone = await call(place)
    const greeted = gone.greet()
    await gone.line.end()
    expect(await greeted).toBe(false)
    const next = await call(place)
    expect(await next.greet()).toBe(true)
    // Nobody is there whose place it takes.
    expect(gone.endings).toEqual([])
  })

  test('first frames that somebody repeats are answered a few times only', async () => {
    const place = await listening(true)
    expect(await pair(place, place.codes.invite().secret.slice())).toBe(true)
    const device = await call(place)
    expect(await device.greet()).toBe(true)
    let answered = 0
    for (let times = 0; times < 100; times += 1) {
      const copy = place.caller({ address: '10.0.0.9' })
      if (await copy.line.take(device.first)) answered += 1
    }
    expect(answered).toBe(50)
    // The device itself, from where it is.
    for (let times = 0; times < 30; times += 1) expect(await (await call(place)).greet()).toBe(true)
  })

  test('a device that is revoked while it shakes hands is cut off', async () => {
    const place = await listening()
    expect(await pair(place, place.codes.invite().secret.slice())).toBe(true)
    const device = await call(place)
    expect(device.goesOn).toBe(true)
    await revokeDevice(place.parts.store, noise.publicKey, place.parts.now())
    expect(await device.greet()).toBe(false)
    expect(device.endings).toEqual(['refused'])
  })

  test('a device that was revoked does not pair again, under its old key or a new one', async () => {
    const place = await listening()
    const invited = () => place.codes.invite().secret.slice()
    expect(await pair(place, invited())).toBe(true)
    // It lost the answer: the same keys come in once more.
    expect(await pair(place, invited())).toBe(true)
    expect(await pair(place, invited(), dhKeys(fresh('other', 32)))).toBe(false)
    await revokeDevice(place.parts.store, noise.publicKey, place.parts.now())
    expect(await pair(place, invited())).toBe(false)
    expect(await pair(place, invited(), dhKeys(fresh('other', 32)))).toBe(false)
    expect(await deviceBy(place.parts.store, noise.publicKey)).toMatchObject({ revoked: true })
    // The control: somebody else comes in by the invitation that is still open.
    const other = dhKeys(fresh('other', 32))
    expect(await pair(place, invited(), other, fresh('identity', 32))).toBe(true)
  })

  test('a device that is revoked while it is connected is cut off', async () => {
    const { registry, parts, connect, events } = await daemon()
    const device = await connect()
    const { identity, noise: keys } = device.kept
    const pinned = {
      id: DEVICE,
      identityPk: ed25519.getPublicKey(identity),
      noisePk: keys.publicKey,
    }
    await pinDevice(parts.store, pinned, parts.now())
    // A second greeting is refused, and the log says so; afterwards it is not even that.
    const greet = { type: 'hello', app: 'x', protocol: 'x', decoders: new Uint8Array(32) } as const
    device.say({ ...greet, wallets: [] })
    await device.audit()
    expect((await events()).at(-1)).toMatchObject({ type: 'refused', code: 'bad-message' })
    expect(await registry.revoke(keys.publicKey)).toBe(true)
    const { length } = await events()
    device.say({ ...greet, wallets: [] })
    await device.close()
    expect((await events()).length).toBe(length)
    expect(await registry.revoke(keys.publicKey)).toBe(false)
  })

  test('whose first frame is no call is cut off', async () => {
    const place = await listening()
    for (const frame of [new Uint8Array(0), Uint8Array.of(9), new Uint8Array(5_000).fill(1)]) {
      const { heard, line } = place.caller()
      expect(await line.take(frame)).toBe(false)
      expect(heard).toEqual([])
    }
  })
})
