import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../daemon/src/cli/client.ts'
import { Entries, Wallets } from '../../daemon/src/core/operator/messages.ts'
import { transfer } from '../../daemon/test/transfer.ts'
import { invite, revoke } from './control.ts'
import { type DaemonProcess, startWith, tandem } from './daemon.ts'
import { type Clocked, startClocked } from './faults/clocked.ts'
import { type Kept, type TestDevice, callAgain, pairDevice } from './test-device.ts'
import type { Packet, Wire } from './wire.ts'

const chain = evm(network('eip155:31337'))
const root = mkdtempSync(join(tmpdir(), 'tandem-rotate-'))
afterAll(() => rmSync(root, { recursive: true }))

const HOUR = 3_600_000

const nameOf = ({ share }: Kept): string =>
  Buffer.from(share!.keys[0]!.keyId).toString('hex').slice(0, 8)

const loggedIn = async (home: string): Promise<string[]> =>
  (await ask(home, { command: 'log', from: 1, limit: 500 }, Entries)).entries.map(
    ({ type }) => type,
  )

describe('new shares of a wallet', () => {
  const home = join(root, 'shares')
  let daemon: DaemonProcess
  let device: TestDevice
  let wallet: string

  beforeAll(async () => {
    daemon = await startWith(home, {})
    device = await pairDevice(daemon.link)
    await device.makeWallet()
    wallet = nameOf(device.kept)
  })
  afterAll(async () => {
    await device.close()
    await daemon.stop()
  })

  const generation = async () =>
    (await ask(home, { command: 'wallets' }, Wallets)).wallets.map((one) => one.generation)

  test('are made when the person at the machine has allowed it, and once', async () => {
    const before = chain.addresses(device.keyAt, 0)
    await expect(device.rotate()).rejects.toThrow('refused: not-allowed')
    const none = await tandem(home, ['rotate', 'ffffffff'])
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('ffffffff')])
    const { code, out } = await tandem(home, ['rotate', wallet])
    expect([code, out]).toEqual([0, 'Allowed, once. Now begin it on your device.\n'])
    const old = device.kept.share!
    await device.rotate()
    expect(await generation()).toEqual([1])
    expect(chain.addresses(device.keyAt, 0)).toEqual(before)
    expect(device.kept.share!.keys[0]!.secret).not.toEqual(old.keys[0]!.secret)
    expect((await device.sign(chain, transfer(0n))).type).toBe('transaction')
    await expect(device.rotate()).rejects.toThrow('refused: not-allowed')
    expect(await loggedIn(home)).toEqual(expect.arrayContaining(['allowed', 'epoch', 'erased']))
  })

  test('are not allowed to a device that was revoked: it never comes to make them', async () => {
    const { link, hangUp } = await invite(home)
    const other = await pairDevice(link)
    hangUp()
    await other.makeWallet()
    const theirs = nameOf(other.kept)
    await other.close()
    expect((await tandem(home, ['rotate', theirs])).code).toBe(0)
    await revoke(home, Buffer.from(ed25519.getPublicKey(other.kept.identity)).toString('hex'))
    const { code, err } = await tandem(home, ['rotate', theirs])
    expect([code, err]).toEqual([1, expect.stringContaining('was revoked')])
  })

  test('hold over a restart, and may be made anew', async () => {
    const allowed = await tandem(home, ['rotate', wallet, '--json'])
    expect(JSON.parse(allowed.out)).toEqual({ done: true })
    await device.close()
    await daemon.stop()
    daemon = await startWith(home, {})
    // What the person allowed, too.
    device = await callAgain(daemon.address, device.kept)
    await device.rotate()
    expect((await device.sign(chain, transfer(1n))).type).toBe('transaction')
    expect(await generation()).toContain(2)
  })
})

/** Changes one bit of the oblivious transfers in F1, as a device that guesses does. */
function guessing(wire: Wire): Wire {
  const guess = ({ header, body }: Packet): Packet =>
    header.type === 'F1'
      ? { header, body: body.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)) }
      : { header, body }
  return { ...wire, send: (packet) => wire.send(guess(packet)) }
}

describe('the preparation for ECDSA of a wallet whose device cheated', () => {
  const home = join(root, 'setup')
  let daemon: Clocked
  let kept: Kept
  let nonce = 0n

  beforeAll(async () => {
    daemon = await startClocked(home, [chain.network.id])
    const { link, done } = await daemon.invite()
    const device = await pairDevice(link)
    await device.makeWallet()
    await device.close()
    await done()
    ;({ kept } = device)
  })
  afterAll(async () => {
    await daemon.stop()
  })

  /** Comes back, does something, and keeps what came of it. */
  async function visit<T>(
    work: (device: TestDevice) => Promise<T>,
    through?: (wire: Wire) => Wire,
  ): Promise<T> {
    const device = await callAgain(daemon.address, kept, through)
    try {
      return await work(device)
    } finally {
      await device.close()
      ;({ kept } = device)
    }
  }

  const sign = () => visit((device) => device.sign(chain, transfer(nonce++)))
  const rekey = () => visit((device) => device.rekey())
  const burn = () =>
    expect(visit((device) => device.sign(chain, transfer(nonce++)), guessing)).rejects.toThrow(
      'no signature',
    )
  const allow = async () =>
    expect(await tandem(home, ['rotate', nameOf(kept), '--setup'])).toMatchObject({ code: 0 })

  test('is made anew when the person at the machine has agreed since', async () => {
    expect((await sign()).type).toBe('transaction')
    await allow()
    await daemon.pass(1)
    await burn()
    await expect(sign()).rejects.toThrow('no signature')
    // The yes from before the burn says nothing about it.
    await expect(rekey()).rejects.toThrow('not before')
    await daemon.pass(1)
    await allow()
    await rekey()
    expect((await sign()).type).toBe('transaction')
    expect(await loggedIn(home)).toContain('re-ot')
  })

  test('waits an hour after the second time, whatever the person says', async () => {
    await daemon.pass(1)
    await burn()
    await daemon.pass(1)
    await allow()
    await expect(rekey()).rejects.toThrow('not before')
    await daemon.pass(HOUR - 2)
    await expect(rekey()).rejects.toThrow('not before')
    await daemon.pass(1)
    await rekey()
    expect((await sign()).type).toBe('transaction')
  })
})
