import { bytesToHex } from '@noble/hashes/utils.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import {
  COSIGNER,
  DEVICE,
  NO_EPOCHS,
  PROTOCOL,
  encodeControl,
  encodeShare,
  headerOf,
  signAbort,
} from '@tandem/protocol'
import { describe, expect, test } from 'vitest'
import type { Kept } from '../../tests/daemon/test-device.ts'
import type { Packet } from '../../tests/daemon/wire.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { converse } from '../src/core/conversation.ts'
import { decideWith } from '../src/core/approvals.ts'
import { loadDecision, spentSince } from '../src/core/decision.ts'
import type { Policy } from '../src/core/policy/policy.ts'
import { allowRotation } from '../src/core/rotate.ts'
import { loadShare, walletsOf } from '../src/core/wallet-record.ts'
import { maySign } from '../src/core/wallets.ts'
import type { Store } from '../src/ports/store.ts'
import { copyOf } from './copy-of.ts'
import { type Daemon, type Setting, daemon, local } from './daemon-in-process.ts'
import { keptApart } from './kept-apart.ts'
import { transfer } from './transfer.ts'

/** One key is enough: the three go through the same steps. */
const ecdsa = { proposal: { suites: [1] as const } }

async function ready(setting: Setting = {}) {
  const cosigner = await daemon(setting)
  const device = await cosigner.connect()
  await device.makeWallet(ecdsa)
  const wallet = device.kept.share!.keys[0]!.keyId
  return { cosigner, device, wallet }
}

const allow = ({ parts, registry }: Daemon, wallet: Uint8Array) =>
  allowRotation(parts, registry, wallet)

async function recordOf({ parts }: Daemon, { identity }: Kept) {
  const [record] = await walletsOf(parts.store, ed25519.getPublicKey(identity))
  if (!record) throw new Error('one wallet')
  return record
}

const refusals = async (cosigner: Daemon) =>
  (await cosigner.events()).filter((event) => event.type === 'refused').map(({ code }) => code)

describe('a rotation', () => {
  test('a rotation needs a person here', async () => {
    const { cosigner, device, wallet } = await ready()
    await expect(device.rotate(ecdsa)).rejects.toThrow('refused: not-allowed')
    await allow(cosigner, wallet)
    const before = device.kept.share!
    await device.rotate(ecdsa)
    const after = device.kept.share!
    expect(after.epoch).toBe(1)
    expect(after.keys[0]!.publicKey).toEqual(before.keys[0]!.publicKey)
    expect(after.keys[0]!.secret).not.toEqual(before.keys[0]!.secret)
    expect((await device.sign(local, transfer(0n))).type).toBe('transaction')
    expect(device.kept.receipt).toMatchObject({ epoch: 1 })
    // One yes is for one rotation.
    await expect(device.rotate(ecdsa)).rejects.toThrow('refused: not-allowed')
  })

  test('leaves no share of the epoch before, and says so in the log', async () => {
    const { cosigner, device, wallet } = await ready()
    const { parts } = cosigner
    expect(await loadShare(parts.keys, parts.store, wallet, 0)).toBeDefined()
    await allow(cosigner, wallet)
    await device.rotate(ecdsa)
    // What follows the last message of the self-test is done when the next one is answered.
    await device.ask(local, transfer(0n))
    expect(await loadShare(parts.keys, parts.store, wallet, 0)).toBeUndefined()
    expect(
      encodeShare((await loadShare(parts.keys, parts.store, wallet, 1))!).length,
    ).toBeGreaterThan(0)
    const record = await recordOf(cosigner, device.kept)
    expect(record).toMatchObject({ active: { epoch: 1 }, tested: true })
    expect([record.prepared, record.retired, record.ceremony]).toEqual(Array(3).fill(undefined))
    expect(await cosigner.events()).toContainEqual(
      expect.objectContaining({ type: 'erased', epoch: 0 }),
    )
  })

  test('what is decided while the epoch changes ends with it', async () => {
    const asks: Policy = {
      windows: () => [],
      evaluate: ({ shown }) => ({
        decision: shown.length > 0 ? 'allow' : 'needs-factor',
        rule: 'ask',
        detail: { text: 'Who is it?' },
        spends: [{ asset: 'eth', amount: 5n }],
      }),
    }
    const raw = memory()
    let meanwhile: (() => void) | undefined
    let isInside = 0
    const store: Store = {
      ...raw,
      async list(table, range) {
        const rows = await raw.list(table, range)
        if (table === 'expiry' && meanwhile && rows.length > 0) {
          isInside += 1
          meanwhile()
          meanwhile = undefined
          // Time enough for a decision that waits for nothing.
          for (let turn = 0; turn < 200; turn += 1) await Promise.resolve()
        }
        return rows
      },
    }
    const { cosigner, device, wallet } = await ready({ store, policy: asks })
    const { parts, registry } = cosigner
    const requestId = new Uint8Array(16).fill(1)
    await device.ask(local, transfer(0n), { requestId })
    const [open] = await registry.of(ed25519.getPublicKey(device.kept.identity))
    await allow(cosigner, wallet)
    let decided: Promise<unknown> | undefined
    meanwhile = () => {
      decided = decideWith(parts, open!, requestId, 'operator', keptApart(parts)).catch(
        (error: unknown) => error,
      )
    }
    await device.rotate(ecdsa)
    expect(isInside).toBe(1)
    expect(await decided).toMatchObject({ code: 'conflict' })
    expect(await loadDecision(parts.store, wallet, requestId)).toMatchObject({ state: 'cancelled' })
    expect(await spentSince(parts.store, wallet, 'eth', new Date(0))).toBe(0n)
  })

  test('ends what was allowed in the epoch before', async () => {
    const { cosigner, device, wallet } = await ready()
    const requestId = new Uint8Array(16).fill(1)
    expect(await device.ask(local, transfer(0n), { requestId })).toMatchObject({
      decision: 'allow',
    })
    await allow(cosigner, wallet)
    await device.rotate(ecdsa)
    const [open] = await cosigner.registry.of(ed25519.getPublicKey(device.kept.identity))
    const request = open!.signing.ledger().requests.get(bytesToHex(requestId))
    expect(request).toMatchObject({ cancelled: true })
    expect(await cosigner.events()).toContainEqual(
      expect.objectContaining({ type: 'released', requestId, why: 'cancelled' }),
    )
    // Its nonce is free again, and it can be asked again.
    expect((await device.sign(local, transfer(0n), { requestId })).type).toBe('transaction')
  })

  test('a wallet signs in an epoch that is decided', async () => {
    const { cosigner, device } = await ready()
    const { active, ...record } = await recordOf(cosigner, device.kept)
    expect(maySign({ ...record, active })).toBe(true)
    expect(maySign({ ...record, active, prepared: active! })).toBe(false)
    expect(maySign({ ...record, active: undefined })).toBe(false)
    await device.close()
  })

  test('nothing is signed while an epoch is undecided, also after a restart', async () => {
    const store = memory()
    const { cosigner, device, wallet } = await ready({ store })
    await device.close()
    await allow(cosigner, wallet)
    const kept = device.kept
    let sawG5 = () => {}
    const certified = new Promise<void>((resolve) => (sawG5 = resolve))
    const broken = await cosigner.connect(kept, (said) => {
      if (said.header.type !== 'G5') return said
      sawG5()
      return undefined
    })
    void broken.rotate(ecdsa)
    await certified
    expect(await broken.ask(local, transfer(0n))).toMatchObject({ decision: 'deny', rule: 'busy' })
    await broken.close()

    // The device says that it is in the old epoch: its word for that must be signed.
    const again = await daemon({ store })
    const back = await again.connect(kept)
    expect(await back.ask(local, transfer(0n))).toMatchObject({ decision: 'deny', rule: 'busy' })
    const { prepared } = await recordOf(again, kept)
    const { sid } = prepared!
    const sign = (message: Uint8Array) => ed25519.sign(message, kept.identity)
    const signature = signAbort(NO_EPOCHS, DEVICE, sid, sign)
    const forged = signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte))
    back.say({ type: 'dkg-abort', from: DEVICE, sid, signature: forged })
    expect(await back.ask(local, transfer(0n))).toMatchObject({ decision: 'deny', rule: 'busy' })
    back.say({ type: 'dkg-abort', from: DEVICE, sid, signature })
    expect((await back.sign(local, transfer(0n))).type).toBe('transaction')
    expect(await loadShare(again.parts.keys, again.parts.store, wallet, 1)).toBeUndefined()
  })

  test('what is prepared for one device is aborted for nobody', async () => {
    const { cosigner, device } = await ready()
    const { active } = await recordOf(cosigner, device.kept)
    const { parts, registry } = cosigner
    const other = { id: DEVICE, identityPk: new Uint8Array(32), noisePk: new Uint8Array(32) }
    const said: string[] = []
    const greetWith = async (sid: Uint8Array) => {
      const caller = { ...other, name: 'other', revoked: false }
      const talk = await converse(parts, registry, caller, ({ header }) => said.push(header.type))
      const prepared = { epoch: 0, sid, tau: sid }
      const body = encodeControl({
        type: 'hello',
        app: 'x',
        protocol: PROTOCOL,
        decoders: new Uint8Array(32),
        wallets: [{ keyId: new Uint8Array(32).fill(8), prepared }],
      })
      await talk.hear(headerOf('hello', DEVICE, COSIGNER), body)
    }
    await greetWith(active!.sid)
    expect(said).toEqual(['hello'])
    // The control: of what nobody holds, it gets its abort.
    await greetWith(new Uint8Array(32).fill(9))
    expect(said).toEqual(['hello', 'hello', 'dkg-abort', 'policy'])
  })

  test('a signer that was closed takes nothing more', async () => {
    const { cosigner, device } = await ready()
    const [open] = await cosigner.registry.of(ed25519.getPublicKey(device.kept.identity))
    await open!.signing.close()
    await expect(open!.signing.tell({ type: 'connected', otNo: 0 })).rejects.toMatchObject({
      code: 'busy',
    })
  })
})

describe('a store that was set back', () => {
  test('after a store was set back nothing is signed before a rotation', async () => {
    const store = memory()
    const { device, wallet } = await ready({ store })
    const old = await copyOf(store)
    await device.sign(local, transfer(0n))
    await device.close()

    const before = await daemon({ store: old })
    const noticed = await before.connect(device.kept)
    expect(await noticed.ask(local, transfer(1n))).toMatchObject({ rule: 'rolled-back' })
    await noticed.close()
    expect(await refusals(before)).toContain('rolled-back')

    // A device that forgets its receipt changes nothing about it, nor does a restart.
    const after = await daemon({ store: old })
    const { receipt: _, ...silent } = device.kept
    const quiet = await after.connect(silent)
    expect(await quiet.ask(local, transfer(1n))).toMatchObject({ rule: 'rolled-back' })
    await expect(quiet.rotate(ecdsa)).rejects.toThrow('refused: not-allowed')
    await quiet.close()

    await allow(after, wallet)
    const back = await after.connect(device.kept)
    await back.rotate(ecdsa)
    expect((await back.sign(local, transfer(1n))).type).toBe('transaction')
    await back.close()
    const seen = (await refusals(after)).length
    const last = await after.connect(back.kept)
    expect((await last.sign(local, transfer(2n))).type).toBe('transaction')
    expect((await refusals(after)).length).toBe(seen)
  })

  test('a wallet of which this side lost an epoch is not signed with', async () => {
    const store = memory()
    const { cosigner, device, wallet } = await ready({ store })
    await allow(cosigner, wallet)
    const old = await copyOf(store)
    await device.rotate(ecdsa)
    await device.close()
    const { receipt: _, ...silent } = device.kept
    const before = await daemon({ store: old })
    const back = await before.connect(silent)
    expect(await back.ask(local, transfer(0n))).toMatchObject({ rule: 'busy' })
    expect((await before.events()).map(({ type }) => type)).toContain('lost')
    // The control: the newest store signs.
    const now = await daemon({ store })
    expect((await (await now.connect(silent)).sign(local, transfer(0n))).type).toBe('transaction')
  })

  test('to before a rotation is noticed by the epoch of the receipt', async () => {
    const store = memory()
    const { cosigner, device, wallet } = await ready({ store })
    await allow(cosigner, wallet)
    const old = await copyOf(store)
    await device.rotate(ecdsa)
    await device.close()
    const before = await daemon({ store: old })
    const back = await before.connect(device.kept)
    expect(await back.ask(local, transfer(0n))).toMatchObject({ rule: 'rolled-back' })
    expect((await before.events()).map(({ type }) => type)).toContain('lost')
  })

  test('what was allowed before a store was set back is not allowed after it', async () => {
    const store = memory()
    const { cosigner, device, wallet } = await ready({ store })
    await allow(cosigner, wallet)
    const old = await copyOf(store)
    await device.sign(local, transfer(0n))
    await device.close()

    const before = await daemon({ store: old })
    const back = await before.connect(device.kept)
    await expect(back.rotate(ecdsa)).rejects.toThrow('refused: not-allowed')
    await back.close()
    // The control: a person here says so again.
    await allow(before, wallet)
    const again = await before.connect(device.kept)
    await again.rotate(ecdsa)
    expect((await again.sign(local, transfer(1n))).type).toBe('transaction')
  })

  test('an epoch that was prepared before a store was set back does not bring it back', async () => {
    const raw = memory()
    let newest = raw
    const store = {
      ...raw,
      async commit(batch: Parameters<typeof raw.commit>[0]) {
        const head = await raw.commit(batch)
        newest = await copyOf(raw)
        return head
      },
    }
    const { cosigner, device, wallet } = await ready({ store })
    await allow(cosigner, wallet)
    await device.close()
    const sent: { g5: Packet; old: typeof raw }[] = []
    const rotating = await cosigner.connect(device.kept, (said) => {
      if (said.header.type === 'G5') sent.push({ g5: said, old: newest })
      return said
    })
    await rotating.rotate(ecdsa)
    await rotating.sign(local, transfer(0n))
    await rotating.close()
    const [{ g5, old }] = sent as [(typeof sent)[number]]

    const before = await daemon({ store: old })
    expect((await recordOf(before, rotating.kept)).prepared?.epoch).toBe(1)
    const back = await before.connect(rotating.kept)
    back.send(g5)
    expect(await back.ask(local, transfer(1n))).toMatchObject({ rule: 'rolled-back' })
    const { active, setBack } = await recordOf(before, rotating.kept)
    expect({ epoch: active?.epoch, setBack }).toEqual({ epoch: 1, setBack: true })
    await back.close()
    // The control: new shares bring it back.
    await allow(before, wallet)
    const again = await before.connect(back.kept)
    await again.rotate(ecdsa)
    expect((await again.sign(local, transfer(1n))).type).toBe('transaction')
  })
})
