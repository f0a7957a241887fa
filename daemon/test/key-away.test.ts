import { describe, expect, test } from 'vitest'
import type { Packet } from '../../tests/daemon/wire.ts'
import { handClock } from '../../tests/daemon/faults/hand-clock.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { REST_MS } from '../src/core/patience.ts'
import { loadShare } from '../src/core/wallet-record.ts'
import { type KeyWrap, KeyWrapError } from '../src/ports/key-wrap.ts'
import { daemon, local, noKeys } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

const ecdsa = { proposal: { suites: [1] as const } }

/** A key that somebody can take away. `asked` counts who asked for it in vain. */
function removable() {
  let isAway = false
  let asked = 0
  let hangs = () => {}
  const unlessAway = async (value: Uint8Array) => {
    if (isAway) {
      asked += 1
      hangs()
      throw new KeyWrapError('gone', 'the token is not there')
    }
    return value.slice()
  }
  const keys: KeyWrap = { ...noKeys, wrap: unlessAway, unwrap: unlessAway }
  return {
    keys,
    take: () => (isAway = true),
    /** What goes by before it is known to be away. */
    hang: (passes: () => void) => (hangs = passes),
    giveBack: () => (isAway = false),
    asked: () => asked,
  }
}

/** Changes one bit of the oblivious transfers in F1, as a device that guesses does. */
const guess = ({ header, body }: Packet): Packet =>
  header.type === 'F1'
    ? { header, body: body.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)) }
    : { header, body }

describe('a co-signer whose key is away', () => {
  test('tells the device that asks, and signs on the same connection once it is back', async () => {
    const [store, { keys, take, giveBack, asked }] = [memory(), removable()]
    const first = await (await daemon({ store, keys })).connect()
    await first.makeWallet(ecdsa)
    await first.close()
    const again = await daemon({ store, keys })
    take()
    const device = await again.connect(first.kept)
    const before = asked()
    expect(before).toBeGreaterThan(0)
    expect(await device.ask(local, transfer(0n))).toMatchObject({
      decision: 'deny',
      rule: 'sealed',
    })
    expect(asked()).toBeGreaterThan(before)
    giveBack()
    expect((await device.sign(local, transfer(0n))).type).toBe('transaction')
  })

  test('waits once for a key that hangs, not once for every question', async () => {
    const [store, { keys, take, hang, giveBack, asked }] = [memory(), removable()]
    const first = await (await daemon({ store, keys })).connect()
    await first.makeWallet(ecdsa)
    await first.close()
    const { after, pass } = handClock()
    const again = await daemon({ store, keys, after })
    take()
    hang(() => void pass(4_000))
    const device = await again.connect(first.kept)
    const ask = async () => (await device.ask(local, transfer(0n))).rule
    expect([await ask(), await ask(), asked()]).toEqual(['sealed', 'sealed', 1])
    await pass(REST_MS)
    expect([await ask(), asked()]).toEqual(['sealed', 2])
    giveBack()
    await pass(REST_MS)
    expect((await device.sign(local, transfer(0n))).type).toBe('transaction')
  })

  test('goes on with a wallet that is open', async () => {
    const { keys, take } = removable()
    const device = await (await daemon({ keys })).connect()
    await device.makeWallet(ecdsa)
    take()
    expect((await device.sign(local, transfer(0n))).type).toBe('transaction')
  })

  test('erases a setup that burned meanwhile when it opens the wallet next', async () => {
    const [store, { keys, take, giveBack, asked }] = [memory(), removable()]
    const cosigner = await daemon({ store, keys })
    const device = await cosigner.connect()
    await device.makeWallet(ecdsa)
    await device.close()
    const wallet = device.kept.share!.keys[0]!.keyId
    const isLeft = async () => {
      const share = await loadShare(keys, cosigner.parts.store, wallet, 0)
      return share!.peers[0]!.ot.asSender.delta.some((byte) => byte !== 0)
    }
    take()
    const liar = await cosigner.connect(device.kept, guess)
    await expect(liar.sign(local, transfer(0n))).rejects.toThrow('no signature')
    await liar.close()
    giveBack()
    expect(asked()).toBe(1)
    expect(await isLeft()).toBe(true)
    const again = await daemon({ store, keys })
    await (await again.connect(liar.kept)).close()
    expect(await isLeft()).toBe(false)
  })
})
