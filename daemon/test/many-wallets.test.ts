/** What is found and changed among many wallets without looking at all of them. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { memory } from '../src/adapters/stores/memory.ts'
import { pinDevice } from '../src/core/devices.ts'
import { byHex } from '../src/core/operator/by-hex.ts'
import { devices } from '../src/core/operator/device-views.ts'
import { wallets } from '../src/core/operator/wallet-views.ts'
import { setAllBack } from '../src/core/restore.ts'
import { allowRotation } from '../src/core/rotate.ts'
import { holderOfSid, indexSids } from '../src/core/sids.ts'
import { walletPage, walletsOf } from '../src/core/wallet-record.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

/** One key is enough: the three go through the same steps. */
const ecdsa = { proposal: { suites: [1] as const } }

async function withWallet(cosigner: Daemon) {
  const device = await cosigner.connect()
  await device.makeWallet(ecdsa)
  return { device, wallet: device.kept.share!.keys[0]!.keyId }
}

let nonce = 0n
const ruleOf = async (device: Awaited<ReturnType<typeof withWallet>>['device']) =>
  (await device.ask(local, transfer((nonce += 1n)))).rule

const setBacks = async (cosigner: Daemon) =>
  (await cosigner.events()).filter(({ type }) => type === 'set-back').length

describe('a store that was set back', () => {
  test('says so once for all its wallets, and each survives it with new shares', async () => {
    const store = memory()
    const cosigner = await daemon({ store })
    const [one, two] = [await withWallet(cosigner), await withWallet(cosigner)]
    const before = await ruleOf(one.device)
    expect(before).not.toBe('rolled-back')
    await setAllBack(cosigner.parts, cosigner.registry)
    await setAllBack(cosigner.parts, cosigner.registry)
    expect(await setBacks(cosigner)).toBe(1)
    for (const { device } of [one, two]) expect(await ruleOf(device)).toBe('rolled-back')

    await allowRotation(cosigner.parts, cosigner.registry, one.wallet)
    await one.device.rotate(ecdsa)
    expect(await ruleOf(one.device)).toBe(before)
    expect(await ruleOf(two.device)).toBe('rolled-back')
    // What is made later was never an older copy.
    const three = await withWallet(cosigner)
    expect(await ruleOf(three.device)).toBe(before)
    for (const { device } of [one, two, three]) await device.close()

    // A restart forgets nothing of it, and a second time sets back what was new.
    const again = await daemon({ store })
    const back = await again.connect(one.device.kept)
    expect(await ruleOf(back)).toBe(before)
    expect(await ruleOf(await again.connect(two.device.kept))).toBe('rolled-back')
    await setAllBack(again.parts, again.registry)
    expect(await setBacks(again)).toBe(2)
    expect(await ruleOf(back)).toBe('rolled-back')
  })
})

describe('what a wallet holds of a ceremony', () => {
  test('is found by its name, also in a store that kept no names yet', async () => {
    const cosigner = await daemon()
    const { store } = cosigner.parts
    const { device, wallet } = await withWallet(cosigner)
    const identity = ed25519.getPublicKey(device.kept.identity)
    const sidOf = async () => (await walletsOf(store, identity))[0]!.active!.sid
    const first = await sidOf()
    expect((await holderOfSid(store, first))?.wallet).toEqual(wallet)
    await allowRotation(cosigner.parts, cosigner.registry, wallet)
    await device.rotate(ecdsa)
    await device.ask(local, transfer((nonce += 1n)))
    const next = await sidOf()
    expect((await holderOfSid(store, next))?.wallet).toEqual(wallet)
    expect(await holderOfSid(store, first)).toBeUndefined()

    const names = await store.list('sid')
    expect(names.length).toBeGreaterThan(0)
    await store.commit({
      rows: [
        ...names.map(({ key }) => ({ table: 'sid' as const, key })),
        { table: 'meta', key: new TextEncoder().encode('sids') },
      ],
    })
    expect(await holderOfSid(store, next)).toBeUndefined()
    await indexSids(store)
    expect(await store.list('sid')).toEqual(names)
  })
})

describe('a list', () => {
  test('comes page by page, without a gap or a repetition', async () => {
    const { parts } = await daemon()
    const known: string[] = []
    for (let at = 0; at < 7; at += 1) {
      const key = new Uint8Array(32).fill(at * 30 + 1)
      await pinDevice(parts.store, { id: 1, identityPk: key, noisePk: key }, new Date())
      known.push(bytesToHex(key))
    }
    for (const limit of [1, 3, 7, 100]) {
      const found: string[] = []
      let after: string | undefined
      do {
        const page = await devices({ parts }, { after, limit })
        expect(page.devices.length).toBeLessThanOrEqual(limit)
        found.push(...page.devices.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)
      expect(found).toEqual(known)
    }
    expect((await parts.view.total()).devices).toBe(7)
    const [first = ''] = known
    expect(bytesToHex((await byHex(parts.view, 'device', first.slice(0, 5))).id)).toBe(first)
    await expect(byHex(parts.view, 'device', 'abcd')).rejects.toThrow('no device begins')
  })

  test('of wallets goes on where it ended', async () => {
    const cosigner = await daemon()
    const { parts } = cosigner
    const made = [await withWallet(cosigner), await withWallet(cosigner)]
    const all = await walletPage(parts.store)
    const first = await wallets({ parts }, { limit: 1 })
    const second = await wallets({ parts }, { limit: 1, after: first.next })
    expect([...first.wallets, ...second.wallets].map(({ id }) => id)).toEqual(
      all.map(({ wallet }) => bytesToHex(wallet)),
    )
    expect((await wallets({ parts }, { limit: 1, after: second.next })).wallets).toEqual([])
    expect(made.map(({ wallet }) => bytesToHex(wallet)).toSorted()).toEqual(
      all.map(({ wallet }) => bytesToHex(wallet)).toSorted(),
    )
  })
})
