import { messagePayload } from '@tandem/chains/bitcoin'
import { type Phase, decodeControl, drawHalf } from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { handClock } from '../../tests/daemon/faults/hand-clock.ts'
import type { TestDevice } from '../../tests/daemon/test-device.ts'
import type { Packet } from '../../tests/daemon/wire.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { loadDecision, spentSince } from '../src/core/decision.ts'
import { expire } from '../src/core/expire.ts'
import { answerFactor } from '../src/core/factors/answer-factor.ts'
import { converse } from '../src/core/conversation.ts'
import type { Policy } from '../src/core/policy/policy.ts'
import { allowRekey, allowRotation } from '../src/core/rotate.ts'
import { walletsOf } from '../src/core/wallet-record.ts'
import type { Batch, Store } from '../src/ports/store.ts'
import { daemon, local, regtest } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const id = (value: number) => new Uint8Array(16).fill(value)
const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))

/** Counts every request as one of an asset. */
const counting: Policy = {
  windows: () => [],
  evaluate: () => ({
    decision: 'allow',
    rule: 'count',
    detail: { text: 'Yes.' },
    spends: [{ asset: 'eth', amount: 1n }],
  }),
}

/** A daemon whose time stands still, and a way to lose what a device says. */
async function standing(setting: Parameters<typeof daemon>[0] = {}) {
  const clock = handClock()
  const cosigner = await daemon({ policy: counting, ...clock, ...setting })
  const lost = new Set<Packet['header']['type']>()
  const heard: Packet[] = []
  const dropped: Packet[] = []
  const connect = (kept?: TestDevice['kept']) =>
    cosigner.connect(
      kept,
      (said) => {
        if (!lost.has(said.header.type)) return said
        dropped.push(said)
        return undefined
      },
      (said) => heard.push(said),
    )
  return {
    clock,
    cosigner,
    lost,
    connect,
    /** Once what the device says of this type is lost. */
    async until(type: Packet['header']['type']): Promise<Packet> {
      for (;;) {
        const found = dropped.find(({ header }) => header.type === type)
        if (found) return found
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    told: (type: Packet['header']['type']) =>
      heard
        .filter(({ header }) => header.type === type)
        .map(({ header, body }) => decodeControl(header, body)),
    async codes() {
      const events = await cosigner.events()
      return events.flatMap((event) =>
        event.type === 'aborted' || event.type === 'refused' ? [event.code] : [],
      )
    },
  }
}

async function withWallet(suites: readonly (1 | 2 | 3)[] = [1], setting = {}) {
  const world = await standing(setting)
  const device = await world.connect()
  await device.makeWallet({ proposal: { suites } })
  const wallet = device.kept.share!.keys[0]!.keyId
  const { store } = world.cosigner.parts
  return {
    ...world,
    device,
    wallet,
    spent: () => spentSince(store, wallet, 'eth', new Date(0)),
    state: async (requestId: Uint8Array) => (await loadDecision(store, wallet, requestId))?.state,
  }
}

const message = (device: TestDevice) => {
  const taproot = regtest
    .addresses(device.keyAt, 0)
    .find(({ address }) => address.startsWith('bcrt1p'))
  return messagePayload(taproot!.address, new TextEncoder().encode('hello'))
}

/** Holds the commit of one mark until it is let go. */
function slow(mark: string) {
  const raw = memory()
  const reached = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  let isArmed = false
  const store: Store = {
    ...raw,
    async commit(batch: Batch) {
      const text = (batch.events ?? []).map((body) => Buffer.from(body).toString('latin1'))
      if (isArmed && text.some((one) => one.includes(mark))) {
        isArmed = false
        reached.resolve()
        await go.promise
      }
      return raw.commit(batch)
    },
  }
  return { store, arm: () => (isArmed = true), reached: reached.promise, go: go.resolve }
}

describe('the time of a signature', () => {
  test('SignRound1 becomes Aborted when F3 does not come, and its budget stays reserved until it expires', async () => {
    const { clock, device, lost, until, told, codes, spent, state, cosigner, connect } =
      await withWallet()
    expect(clock.waiting()).toBe(0)
    lost.add('F3')
    const signing = device.sign(local, transfer(0n), { requestId: id(1) })
    await until('F3')
    expect(clock.waiting()).toBe(1)
    await clock.pass(30 * SECOND - 1)
    expect(await codes()).toEqual([])
    await clock.pass(1)
    expect(await codes()).toEqual(['TIMEOUT'])
    expect(told('abort')).toMatchObject([{ code: 'TIMEOUT' }])
    await expect(signing).rejects.toThrow('TIMEOUT')
    expect([await state(id(1)), await spent()]).toEqual(['allowed', 1n])
    expect(clock.waiting()).toBe(0)
    await device.close()

    // The same request is signed by a fresh attempt, and counted once.
    lost.clear()
    const again = await connect({ ...device.kept, ledger: device.ledger! })
    await again.sign(local, transfer(0n), { requestId: id(1) })
    expect([await state(id(1)), await spent()]).toEqual(['released', 1n])
    expect(clock.waiting()).toBe(0)
    const marks = (await cosigner.events()).flatMap((event) =>
      event.type === 'mark' && event.requestId?.[0] === 1 && event.mark === 'started'
        ? [event.attempt]
        : [],
    )
    expect(marks).toEqual([1, 2])
  })

  test('Verify becomes Complete when a confirmation does not come, and its budget is spent', async () => {
    const { clock, device, lost, until, codes, spent, state, cosigner, wallet } = await withWallet([
      1, 2,
    ])
    lost.add('result')
    await device.sign(regtest, message(device), { requestId: id(1) })
    await until('result')
    expect(clock.waiting()).toBe(1)
    expect([await state(id(1)), await spent()]).toEqual(['released', 1n])
    await clock.pass(30 * SECOND)
    expect(clock.waiting()).toBe(0)
    expect(await codes()).toEqual([])
    const [open] = await cosigner.registry.of(ed25519.getPublicKey(device.kept.identity))
    const { requests } = open!.signing.ledger()
    expect([...requests.values()].at(-1)!.entries[0]!.signature).toBeUndefined()
    expect([await state(id(1)), await spent()]).toEqual(['released', 1n])
    expect(wallet.length).toBe(32)
  })

  test.for([
    ['PrepareSign', 'pending'],
    ['Verify', 'signed'],
  ] as const satisfies readonly (readonly [Phase, string])[])(
    '%s waits for the disk, however long it takes, and then goes on',
    async ([, mark]) => {
      const disk = slow(mark)
      const { clock, device, codes } = await withWallet([1], { store: disk.store })
      disk.arm()
      const signing = device.sign(local, transfer(0n), { requestId: id(1) })
      await disk.reached
      expect(clock.waiting()).toBe(1)
      // The deadline waits for its turn behind the commit.
      const passing = clock.pass(30 * SECOND)
      disk.go()
      await passing
      expect((await signing).type).toBe('transaction')
      expect(await codes()).toEqual([])
      expect(clock.waiting()).toBe(0)
    },
  )

  test('KeyShare: a request whose time is over is not signed, also when nobody asks for another', async () => {
    const { clock, device, codes, spent, state, cosigner } = await withWallet()
    const asked = device.ask(local, transfer(0n), { requestId: id(1) })
    expect(await asked).toMatchObject({ decision: 'allow' })
    expect(await spent()).toBe(1n)
    await clock.pass(5 * MINUTE)
    expect([await state(id(1)), await spent()]).toEqual(['allowed', 1n])
    await expect(device.begin(local, transfer(0n), id(1))).rejects.toThrow('CANCELLED')
    await device.audit()
    expect([await state(id(1)), await spent()]).toEqual(['expired', 0n])
    expect(await codes()).toEqual(['UNKNOWN_SESSION'])
    expect(await cosigner.events()).toContainEqual(
      expect.objectContaining({ type: 'released', why: 'expired' }),
    )
    // The control: in its time it is signed.
    await device.sign(local, transfer(0n), { requestId: id(2) })
    expect(await spent()).toBe(1n)
  })

  test('what is over ends in the signer before its budget is given back', async () => {
    const { device, cosigner, state } = await withWallet([1])
    await device.ask(local, transfer(0n), { requestId: id(1) })
    const [open] = await cosigner.registry.of(ed25519.getPublicKey(device.kept.identity))
    const states: (string | undefined)[] = []
    const tell = async () => void states.push(await state(id(1)))
    const ledger = () => ({ requests: new Map([[bytesToHex(id(1)), {}]]) }) as never
    const now = () => new Date(cosigner.parts.now().getTime() + 10 * MINUTE)
    await expire({ ...cosigner.parts, now }, { record: open!.record, signing: { ledger, tell } })
    expect(states).toEqual(['allowed'])
    expect(await state(id(1))).toBe('expired')
  })

  test('the budget of what is being signed is not given back meanwhile', async () => {
    const disk = slow('pending')
    const { clock, device, lost, until, spent, state, cosigner } = await withWallet([1], {
      store: disk.store,
    })
    await device.ask(local, transfer(0n), { requestId: id(1) })
    await clock.pass(5 * MINUTE - 10 * SECOND)
    lost.add('F3')
    const signing = device.begin(local, transfer(0n), id(1))
    const f3 = await until('F3')
    lost.clear()
    disk.arm()
    device.send(f3)
    await disk.reached
    // Its time is over while its last message is read, and somebody here approves another request.
    await clock.pass(20 * SECOND)
    const open = await cosigner.registry.of(ed25519.getPublicKey(device.kept.identity))
    const proof = { kind: 'code', code: '000000' } as const
    const approving = answerFactor(cosigner.parts, open, {
      type: 'factor',
      requestId: id(9),
      proof,
    }).catch(() => 'nothing asks')
    await new Promise((resolve) => setImmediate(resolve))
    disk.go()
    expect(await approving).toBe('nothing asks')
    expect((await signing).type).toBe('transaction')
    expect([await state(id(1)), await spent()]).toEqual(['released', 1n])
  })

  test('Aborted by a device that hangs up, and Recovery after a cheat, leave no timer', async () => {
    const { clock, device, lost, until, codes, connect, cosigner } = await withWallet()
    lost.add('F3')
    const cut = device.sign(local, transfer(0n)).catch(() => 'cut')
    const { header } = await until('F3')
    expect(header.type).toBe('F3')
    await device.close()
    expect(await codes()).toEqual(['NETWORK'])
    expect(clock.waiting()).toBe(0)
    lost.clear()

    const liar = await cosigner.connect(device.kept, ({ header: about, body }) =>
      about.type === 'F1'
        ? { header: about, body: body.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)) }
        : { header: about, body },
    )
    await expect(liar.sign(local, transfer(1n))).rejects.toThrow('no signature')
    await liar.audit()
    expect((await codes()).at(-1)).toMatch(/OTE_CHECK_FAIL/)
    expect(clock.waiting()).toBe(0)
    await liar.close()
    void cut
    await connect(liar.kept)
  })
})

describe('the time of a ceremony', () => {
  test.for(['G1', 'G3'] as const)(
    'one that waits for %s ends, says so, and leaves nothing',
    async (type) => {
      const { clock, cosigner, lost, connect, until, told, codes } = await standing()
      lost.add(type)
      const device = await connect()
      void device.makeWallet({ proposal: { suites: [3] } })
      const late = await until(type)
      expect(clock.waiting()).toBe(1)
      await clock.pass(30 * SECOND - 1)
      expect(await codes()).toEqual([])
      await clock.pass(1)
      expect(clock.waiting()).toBe(0)
      expect(await codes()).toEqual(['timeout'])
      expect(told('refuse')).toMatchObject([{ reason: 'timeout' }])
      // What comes now finds nothing.
      lost.clear()
      device.send(late)
      await device.audit()
      const owner = ed25519.getPublicKey(device.kept.identity)
      expect(told(type === 'G1' ? 'G2' : 'G4')).toEqual([])
      expect(await walletsOf(cosigner.parts.store, owner)).toEqual([])
      await device.close()
      const again = await connect(device.kept)
      await again.makeWallet({ proposal: { suites: [3] } })
      await again.close()
      expect(clock.waiting()).toBe(0)
    },
  )

  test('a rotation that waits keeps the old epoch and what a person allowed', async () => {
    const { clock, cosigner, device, wallet, lost, connect, until, told } = await withWallet()
    await allowRotation(cosigner.parts, cosigner.registry, wallet)
    lost.add('G3')
    void device.rotate({ proposal: { suites: [1] } })
    await until('G3')
    await clock.pass(30 * SECOND)
    expect(told('refuse')).toMatchObject([{ reason: 'timeout' }])
    await device.close()
    lost.clear()
    const again = await connect(device.kept)
    await again.sign(local, transfer(0n))
    await again.rotate({ proposal: { suites: [1] } })
    await again.sign(local, transfer(1n))
    expect(again.kept.share!.epoch).toBe(1)
    await again.close()
    expect(clock.waiting()).toBe(0)
  })

  test('one that is prepared waits without a timer: only the word of its device ends it', async () => {
    const { clock, lost, connect, until, codes, told } = await standing()
    lost.add('G5')
    const device = await connect()
    void device.makeWallet({ proposal: { suites: [3] } })
    const late = await until('G5')
    expect(clock.waiting()).toBe(0)
    await clock.pass(60 * MINUTE)
    expect(await codes()).toEqual([])
    lost.clear()
    device.send(late)
    await device.audit()
    expect(told('dkg-ack')).toHaveLength(1)
  })

  test('a RE-OT that waits for N3 ends, says from when on the next one is taken, and may be begun again', async () => {
    const { clock, cosigner, device, wallet, lost, connect, until, told, codes } =
      await withWallet()
    await device.close()
    const liar = await cosigner.connect(device.kept, ({ header, body }) =>
      header.type === 'F1'
        ? { header, body: body.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)) }
        : { header, body },
    )
    await expect(liar.sign(local, transfer(0n))).rejects.toThrow('no signature')
    await liar.close()
    await allowRekey(cosigner.parts, cosigner.registry, wallet)
    lost.add('N3')
    const burned = await connect(liar.kept)
    void burned.rekey()
    await until('N3')
    const before = told('pair-rekey').length
    expect(clock.waiting()).toBe(1)
    await clock.pass(30 * SECOND)
    expect((await codes()).at(-1)).toBe('timeout')
    expect(told('pair-rekey').slice(before)).toMatchObject([{ otNo: 1 }])
    await burned.close()
    lost.clear()
    const again = await connect(burned.kept)
    await again.rekey()
    expect((await again.sign(local, transfer(1n))).type).toBe('transaction')
    await again.close()
    expect(clock.waiting()).toBe(0)
  })

  test('a person who looks at the words for ever keeps nobody waiting for ever', async () => {
    const shown = Promise.withResolvers<AbortSignal>()
    const { clock, connect, told, codes } = await standing({
      screen: {
        isThere: () => true,
        confirm(_words, ended) {
          shown.resolve(ended)
          return new Promise(() => {})
        },
      },
    })
    const device = await connect()
    const made = device.makeWallet({
      backup: { kind: 'split' },
      words: drawHalf(fresh),
      proposal: { suites: [3] },
    })
    const ended = await shown.promise
    await clock.pass(10 * MINUTE - 1)
    expect(ended.aborted).toBe(false)
    await clock.pass(1)
    expect(ended.aborted).toBe(true)
    await expect(made).rejects.toThrow('refused: timeout')
    expect(told('refuse')).toMatchObject([{ reason: 'timeout' }])
    expect(await codes()).toEqual(['timeout'])
    await device.makeWallet({ proposal: { suites: [3] } })
    await device.close()
    expect(clock.waiting()).toBe(0)
  })

  test('a device that does not greet is hung up on', async () => {
    const { clock, cosigner, codes } = await standing()
    const noisePk = fresh('noise', 32)
    const silent = { id: 1, identityPk: fresh('id', 32), noisePk, name: 'silent', revoked: false }
    let hungUp = 0
    await converse(
      cosigner.parts,
      cosigner.registry,
      silent,
      () => {},
      () => {
        hungUp += 1
      },
    )
    expect(clock.waiting()).toBe(1)
    await clock.pass(30 * SECOND)
    expect([hungUp, clock.waiting(), await codes()]).toEqual([1, 0, ['timeout']])
  })
})
