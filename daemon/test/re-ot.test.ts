import { describe, expect, test } from 'vitest'
import type { Packet } from '../../tests/daemon/wire.ts'
import { allowRekey, allowRotation } from '../src/core/rotate.ts'
import { daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

const HOUR = 3_600_000

/** Changes one bit of the oblivious transfers in F1, as a device that guesses does. */
const guess = ({ header, body }: Packet): Packet =>
  header.type === 'F1'
    ? { header, body: body.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)) }
    : { header, body }

async function burned() {
  let clock = 1_800_000_000_000
  let nonce = 0n
  const cosigner = await daemon({ now: () => new Date(clock) })
  const first = await cosigner.connect()
  await first.makeWallet({ proposal: { suites: [1] } })
  await first.close()
  const wallet = first.kept.share!.keys[0]!.keyId
  const burn = async (kept = first.kept) => {
    const liar = await cosigner.connect(kept, guess)
    await expect(liar.sign(local, transfer(nonce++))).rejects.toThrow('no signature')
    await liar.close()
    return cosigner.connect(liar.kept)
  }
  const state = async () =>
    (await cosigner.registry.of(first.kept.share!.devices[0]!.identityPk))[0]!.signing.ledger().pair
  return {
    cosigner,
    wallet,
    burn,
    state,
    device: await burn(),
    sign: (device: typeof first) => device.sign(local, transfer(nonce++)),
    pass: (ms: number) => (clock += ms),
    clock: () => clock,
  }
}

describe('a wallet whose OT setup is burned', () => {
  test('a burned wallet waits for a person here, and for its time', async () => {
    const { cosigner, wallet, burn, state, device, sign, pass, clock } = await burned()
    expect(await state()).toMatchObject({ otState: 'BURNED', burns: 1 })
    await expect(sign(device)).rejects.toThrow('no signature')
    await expect(device.rekey()).rejects.toThrow(`not before ${clock()}`)

    await allowRekey(cosigner.parts, cosigner.registry, wallet)
    await device.rekey()
    expect(await state()).toMatchObject({ otState: 'FRESH', otNo: 1, burns: 1 })
    expect((await sign(device)).type).toBe('transaction')

    // A yes from before a burn says nothing about it, and the second burn costs an hour.
    await allowRekey(cosigner.parts, cosigner.registry, wallet)
    pass(1)
    await device.close()
    const again = await burn(device.kept)
    pass(2 * HOUR)
    await expect(again.rekey()).rejects.toThrow('not before')
    await allowRekey(cosigner.parts, cosigner.registry, wallet)
    pass(-HOUR - 1)
    await expect(again.rekey()).rejects.toThrow(`not before ${clock() + 1}`)
    pass(1)
    await again.rekey()
    expect(await state()).toMatchObject({ otState: 'FRESH', otNo: 2, burns: 2 })
    expect((await sign(again)).type).toBe('transaction')

    // What a device and we keep fits after a restart too.
    await again.close()
    const back = await cosigner.connect(again.kept)
    expect((await sign(back)).type).toBe('transaction')
  })

  test('a device that breaks the making of a setup is told at once that there is none', async () => {
    const { cosigner, wallet, device, sign } = await burned()
    await device.close()
    let { kept } = device
    for (const type of ['N1', 'N3'] as const) {
      await allowRekey(cosigner.parts, cosigner.registry, wallet)
      const told = Promise.withResolvers<void>()
      let isSent = false
      const liar = await cosigner.connect(
        kept,
        ({ header, body }) => {
          if (header.type !== type) return { header, body }
          isSent = true
          return { header, body: body.slice(1) }
        },
        ({ header }) => {
          if (isSent && header.type === 'pair-rekey') told.resolve()
        },
      )
      void liar.rekey().catch(() => undefined)
      await told.promise
      await liar.close()
      ;({ kept } = liar)
    }
    const codes = (await cosigner.events()).flatMap((one) =>
      one.type === 'refused' ? one.code : [],
    )
    expect(codes.filter((code) => code === 'bad-message')).toHaveLength(2)
    // The control: what is whole is taken.
    const { waiting: _, ...honest } = kept
    const again = await cosigner.connect(honest)
    await again.rekey()
    expect((await sign(again)).type).toBe('transaction')
  })

  test('a rotation does not come sooner after a burn either', async () => {
    const { cosigner, wallet, burn, state, device, sign, pass } = await burned()
    await allowRekey(cosigner.parts, cosigner.registry, wallet)
    await device.rekey()
    await device.close()
    const again = await burn(device.kept)
    await allowRotation(cosigner.parts, cosigner.registry, wallet)
    const making = { proposal: { suites: [1] as const } }
    await expect(again.rotate(making)).rejects.toThrow('busy')
    pass(HOUR)
    await again.rotate(making)
    expect(await state()).toMatchObject({ otState: 'FRESH', epoch: 1, otNo: 0, burns: 2 })
    expect((await sign(again)).type).toBe('transaction')
  })
})
