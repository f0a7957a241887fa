import { psbtPayload } from '@tandem/chains/bitcoin'
import { serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { describe, expect, test } from 'vitest'
import { memory } from '../src/adapters/stores/memory.ts'
import type { Policy } from '../src/core/policy/policy.ts'
import { copyOf } from './copy-of.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'

const to = `0x${'12'.repeat(20)}`

/** A transfer of some wei. */
const transfer = (value: bigint, nonce = 0n) =>
  transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 31337n,
      nonce,
      gasLimit: 21_000n,
      maxFeePerGas: 2n * 10n ** 9n,
      maxPriorityFeePerGas: 10n ** 9n,
      accessList: [],
      to,
      value,
      data: new Uint8Array(0),
    }),
  )

async function ready(setting: Parameters<typeof daemon>[0] = {}) {
  const cosigner = await daemon(setting)
  const device = await cosigner.connect()
  await device.makeWallet()
  return { cosigner, device }
}

const refusals = async (cosigner: Daemon) =>
  (await cosigner.events()).filter((event) => event.type === 'refused').map(({ code }) => code)

const id = (value: number) => new Uint8Array(16).fill(value)

describe('a request', () => {
  test('that is allowed is signed, and the log says so without its bytes', async () => {
    const { cosigner, device } = await ready()
    const signed = await device.sign(local, transfer(5n), { requestId: id(1) })
    expect(signed.type).toBe('transaction')
    const events = await cosigner.events()
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'decided', decision: 'allow', requestId: id(1) }),
    )
    const marks = events.filter(
      (event) => event.type === 'mark' && event.requestId?.every((byte) => byte === 1),
    )
    expect(marks.map((event) => event.type === 'mark' && event.mark)).toEqual([
      'approved',
      'started',
      'pending',
      'pass',
      'pending',
      'pass',
      'signed',
    ])
    expect(await refusals(cosigner)).toEqual([])
  })

  test('a request whose digests differ from ours is refused', async () => {
    const { cosigner, device } = await ready()
    // The device says the hash of another amount, as a compromised one would.
    const lie = { payload: transfer(10n ** 18n) }
    const verdict = await device.ask(local, transfer(1n), { lie })
    expect(verdict).toMatchObject({ decision: 'deny', rule: 'mismatch' })
    expect(await refusals(cosigner)).toEqual(['mismatch'])
    expect(await device.ask(local, transfer(1n))).toMatchObject({ decision: 'allow' })
  })

  test.for([
    ['of another account', { account: `eip155:31337:0x${'ab'.repeat(20)}` }, 'mismatch'],
    ['for a chain that is not set up', { chain: 'eip155:1' }, 'unknown-chain'],
    [
      'for a key of nobody',
      { entries: [{ index: 0, suite: 1, keyId: new Uint8Array(32), path: [60, 0] }] },
      'unknown-wallet',
    ],
    ['on another path', { path: [60, 1] }, 'mismatch'],
    ['that is no request', { payload: Uint8Array.of(1, 0, 0, 0, 1, 7) }, 'unreadable'],
    ['of another family', { payload: psbtPayload(new Uint8Array(10)) }, 'unreadable'],
  ] as const)('%s is refused, and nothing changes but the log', async ([, change, rule]) => {
    const { cosigner, device } = await ready()
    const before = await cosigner.parts.store.list('decision')
    const { keys } = device.kept.share ?? { keys: [] }
    const lie =
      'path' in change
        ? {
            entries: [
              { index: 0, suite: 1 as const, keyId: keys[0]!.keyId, path: [...change.path] },
            ],
          }
        : change
    const verdict = await device.ask(local, transfer(1n), { lie: lie as object })
    expect(verdict).toMatchObject({ decision: 'deny', rule })
    expect(await cosigner.parts.store.list('decision')).toEqual(before)
    expect(await refusals(cosigner)).toEqual([rule])
  })

  test('a request id that stands for another request is refused', async () => {
    const { device } = await ready()
    expect(await device.ask(local, transfer(1n), { requestId: id(2) })).toMatchObject({
      decision: 'allow',
    })
    expect(await device.ask(local, transfer(2n), { requestId: id(2) })).toMatchObject({
      decision: 'deny',
      rule: 'conflict',
    })
    expect(await device.ask(local, transfer(1n), { requestId: id(2) })).toMatchObject({
      decision: 'allow',
    })
  })

  test('a nonce is given to one request, unless the next says that it replaces it', async () => {
    const { device } = await ready()
    await device.sign(local, transfer(1n), { requestId: id(3) })
    expect(await device.ask(local, transfer(2n), { requestId: id(4) })).toMatchObject({
      decision: 'deny',
      rule: 'used-twice',
    })
    expect(
      await device.ask(local, transfer(2n), { requestId: id(5), replaces: id(9) }),
    ).toMatchObject({ decision: 'deny', rule: 'used-twice' })
    expect(
      await device.ask(local, transfer(2n), { requestId: id(6), replaces: id(3) }),
    ).toMatchObject({ decision: 'allow' })
    expect(await device.ask(local, transfer(2n, 1n), { requestId: id(7) })).toMatchObject({
      decision: 'allow',
    })
  })

  test('that is cancelled gives its nonce back, and is not signed', async () => {
    const { cosigner, device } = await ready()
    await device.ask(local, transfer(1n), { requestId: id(3) })
    device.cancel(id(3))
    expect(await device.ask(local, transfer(2n), { requestId: id(4) })).toMatchObject({
      decision: 'allow',
    })
    expect(await cosigner.events()).toContainEqual(
      expect.objectContaining({ type: 'released', why: 'cancelled' }),
    )
  })

  test('that waits too long expires, and its nonce is free', async () => {
    let clock = Date.now()
    const { cosigner, device } = await ready({ now: () => new Date(clock) })
    await device.ask(local, transfer(1n), { requestId: id(3) })
    clock += 6 * 60_000
    expect(await device.ask(local, transfer(2n), { requestId: id(4) })).toMatchObject({
      decision: 'allow',
    })
    expect(await cosigner.events()).toContainEqual(
      expect.objectContaining({ type: 'released', why: 'expired' }),
    )
  })

  test('that the policy denies is not signed, and takes nothing', async () => {
    const never: Policy = {
      windows: () => [],
      evaluate: () => ({ decision: 'deny', rule: 'never', detail: { text: 'No.' }, spends: [] }),
    }
    const { cosigner, device } = await ready({ policy: never })
    await expect(device.sign(local, transfer(1n))).rejects.toThrow('deny: never')
    expect(await cosigner.parts.store.list('use')).toEqual([])
    expect(await cosigner.parts.store.list('spend')).toEqual([])
  })

  test('counts what it reserves until it is given back', async () => {
    const sums: bigint[] = []
    const counting: Policy = {
      windows: () => [{ asset: 'eth', since: new Date(0) }],
      evaluate(_asked, spent) {
        sums.push(spent('eth', new Date(0)))
        const spends = [{ asset: 'eth', amount: 10n }]
        return { decision: 'allow', rule: 'count', detail: { text: 'Yes.' }, spends }
      },
    }
    const { device } = await ready({ policy: counting })
    await device.ask(local, transfer(1n, 0n), { requestId: id(1) })
    await device.ask(local, transfer(1n, 1n), { requestId: id(2) })
    device.cancel(id(1))
    await device.ask(local, transfer(1n, 2n), { requestId: id(3) })
    expect(sums).toEqual([0n, 10n, 10n])
  })
})

describe('a co-signer that starts again', () => {
  test('knows its wallets and signs on', async () => {
    const store = memory()
    const { device } = await ready({ store })
    await device.sign(local, transfer(1n))
    await device.close()

    const again = await daemon({ store })
    const back = await again.connect(device.kept)
    expect((await back.sign(local, transfer(1n, 1n))).type).toBe('transaction')
  })

  test('a store that was set back is noticed by what the device remembers', async () => {
    const store = memory()
    const { device } = await ready({ store })
    const old = await copyOf(store)
    await device.sign(local, transfer(1n))
    await device.close()

    const before = await daemon({ store: old })
    await (await before.connect(device.kept)).close()
    expect(await refusals(before)).toEqual(['rolled-back'])

    // The control: the newest store is accepted.
    const now = await daemon({ store })
    await (await now.connect(device.kept)).close()
    expect(await refusals(now)).toEqual([])
  })
})
