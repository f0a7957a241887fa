import { randomBytes } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { COSIGNER, DEVICE, advance, dhKeys, dial, identityCard } from '@tandem/protocol'
import { describe, expect, test } from 'vitest'
import { type Connection, connection } from '../src/core/connection.ts'
import { deviceBy, pinDevice, revokeDevice } from '../src/core/devices.ts'
import { LINK_TRIES, pairing } from '../src/core/pairing.ts'
import { wallets } from '../src/core/wallets.ts'
import { daemon } from './daemon-in-process.ts'

const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))

async function listening() {
  const { parts, events } = await daemon()
  const registry = wallets(parts)
  const codes = pairing(parts.entropy, parts.now)
  /** A caller: what it hears, and the connection that it talks to. */
  const caller = (): { heard: Uint8Array[]; line: Connection } => {
    const heard: Uint8Array[] = []
    const line = connection(parts, registry, codes, {
      send: (frame) => heard.push(frame),
      close: () => undefined,
    })
    return { heard, line }
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
) {
  const { heard, line } = from.caller()
  const shown = keys === noise ? card : identityCard(DEVICE, who, keys.publicKey)
  let step = dial({ ...us, keys, kind: 'pairing', secret, card: shown }, fresh)
  const goesOn = await line.take(step.send!)
  if (!goesOn || !heard[0] || step.done) return false
  step = advance(step.connecting, heard.shift()!, fresh)
  return line.take(step.send!)
}

async function call(from: Awaited<ReturnType<typeof listening>>, keys = noise) {
  const { heard, line } = from.caller()
  const peerNoisePk = from.parts.root.noise.publicKey
  const step = dial({ ...us, keys, kind: 'session', peerNoisePk }, fresh)
  const goesOn = await line.take(step.send!)
  return { goesOn, heard }
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
    for (let tries = 0; tries < LINK_TRIES; tries++)
      expect(await pair(place, fresh('guess', 16))).toBe(false)
    expect(await pair(place, right)).toBe(false)
    expect(await place.parts.store.list('device')).toEqual([])
    const refused = (await place.events()).filter(({ type }) => type === 'pairing-refused')
    expect(refused.length).toBe(LINK_TRIES + 1)
  })

  test('a stranger and a revoked device get no answer', async () => {
    const place = await listening()
    const stranger = await call(place, dhKeys(fresh('stranger', 32)))
    expect(stranger).toEqual({ goesOn: false, heard: [] })

    const { secret } = place.codes.invite()
    expect(await pair(place, secret.slice())).toBe(true)
    expect((await call(place)).goesOn).toBe(true)

    const device = await deviceBy(place.parts.store, noise.publicKey)
    await revokeDevice(place.parts.store, device!.noisePk, place.parts.now())
    expect(await call(place)).toEqual({ goesOn: false, heard: [] })
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
