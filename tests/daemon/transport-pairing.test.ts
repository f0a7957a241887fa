import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tandem from '@tandem/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { invite, logOf } from './control.ts'
import { stranger, times } from './stranger.ts'
import { deviceOver, pairDevice } from './test-device.ts'
import { type Watched, startWatched } from './watched.ts'
import { connect } from './wire.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-pairing-'))
let daemon: Watched

beforeAll(async () => {
  daemon = await startWatched(home)
})

afterAll(async () => {
  await daemon.stop()
  rmSync(home, { recursive: true })
})

const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))
const secretIn = (link: string) =>
  Uint8Array.from(Buffer.from(/s=([0-9a-f]+)$/.exec(link)?.[1] ?? '', 'hex'))
const pathOf = (secret: Uint8Array) =>
  `/pair/${Buffer.from(tandem.pairingName(secret)).toString('hex')}`

/** Somebody with keys of its own and a secret that may be right. */
function applicant(secret: Uint8Array) {
  const identity = fresh('identity', 32)
  const keys = tandem.dhKeys(fresh('noise', 32))
  const card = tandem.identityCard(tandem.DEVICE, identity, keys.publicKey)
  const terms = {
    kind: 'pairing',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys,
    secret,
    card,
  } as const
  return { identity, noise: keys, terms }
}

const rows = async (type: string) => (await logOf(home)).filter((entry) => entry.type === type)

/** Pairs by a link of its own. */
async function pairHonestly(): Promise<void> {
  const { link, hangUp } = await invite(home)
  const device = await pairDevice(link)
  await device.close()
  hangUp()
}

describe('pairing', () => {
  test('by a new link succeeds while somebody tries ten thousand wrong codes', async () => {
    const before = await rows('paired')
    const first = tandem.dial(applicant(fresh('secret', 16)).terms, fresh).send!
    let honest = 0
    let answered = 0
    await times(10_000, 50, async (number) => {
      if (number % 1000 === 500) {
        await pairHonestly()
        honest += 1
      }
      const caller = await stranger(daemon.port)
      // Half of them do not know that there is something to name.
      caller.knock(number % 2 === 0 ? pathOf(fresh('secret', 16)) : '/', first)
      await caller.ended()
      answered += caller.frames().length
    })
    expect([honest, answered]).toEqual([10, 0])
    expect((await rows('paired')).length - before.length).toBe(10)
    expect(await daemon.refusals('stranger')).toBe(10_000)
    // No try of a link was used up, and the log keeps a few of ten thousand.
    expect(await rows('pairing-refused')).toEqual([])
    const kept = (await rows('refused')).length
    expect(kept).toBeGreaterThanOrEqual(60)
    expect(kept).toBeLessThan(100)
  })

  test('of a hundred at once with the right secret one comes in', async () => {
    const before = await rows('paired')
    const { link, hangUp } = await invite(home)
    const secret = secretIn(link)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, async () => {
        const { identity, noise, terms } = applicant(secret.slice())
        const { peer, wire } = await connect(daemon.address, terms)
        if (!peer) throw new Error('nobody')
        await (await deviceOver({ identity, noise, peer }, wire)).close()
      }),
    )
    hangUp()
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1)
    expect((await rows('paired')).length - before.length).toBe(1)
    // Nor does the secret serve a second time.
    await expect(connect(daemon.address, applicant(secret).terms)).rejects.toThrow('closed')
  })

  test('is tried three times by link, and twenty times a minute, by those who know the name', async () => {
    const start = Date.now()
    const before = await rows('pairing-refused')
    const perLink: number[] = []
    for (let links = 0; links < 10; links += 1) {
      const { link, hangUp } = await invite(home)
      const name = pathOf(secretIn(link))
      let tried = 0
      for (let tries = 0; tries < 5; tries += 1) if (await guess(name)) tried += 1
      perLink.push(tried)
      hangUp()
    }
    const refilled = Math.ceil((Date.now() - start) / 3000)
    const all = perLink.reduce((sum, tried) => sum + tried, 0)
    expect(perLink.slice(0, 5)).toEqual([3, 3, 3, 3, 3])
    expect(Math.max(...perLink)).toBe(3)
    expect(all).toBeLessThanOrEqual(20 + refilled)
    expect((await rows('pairing-refused')).length - before.length).toBe(all)
  })
})

/** A handshake under a right name with a wrong secret. @returns whether it was answered. */
async function guess(path: string): Promise<boolean> {
  const step = tandem.dial(applicant(fresh('secret', 16)).terms, fresh)
  const { send } = step
  if (!send || step.done) throw new Error('a first frame')
  const caller = await stranger(daemon.port)
  caller.knock(path, send)
  const answer = await caller.first()
  if (!answer) return false
  const last = tandem.advance(step.connecting, answer, fresh)
  caller.say(last.send!)
  await caller.ended()
  return true
}
