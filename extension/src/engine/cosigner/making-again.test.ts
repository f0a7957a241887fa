/** Whoever asked for keys can die before it hears of them, and asks again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawHalf } from '@tandem/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { invite, logOf } from '../../../../tests/daemon/control.ts'
import { type DaemonProcess, startDaemon } from '../../../../tests/daemon/daemon.ts'
import { wordPerson } from '../../../../tests/daemon/word-person.ts'
import { fresh, linkOf, partsOf } from '../../../../tests/extension/browser.ts'
import { type Cosigner, openCosigner } from './cosigner.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const parts = partsOf()
const words = drawHalf((_label, length) => fresh(length))
const others = drawHalf((_label, length) => fresh(length))
const nobody = () => undefined
let daemon: DaemonProcess
let cosigner: Cosigner

beforeAll(async () => {
  daemon = await startDaemon(home)
  cosigner = await openCosigner(parts)
  await cosigner.pair(linkOf(daemon.link))
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

test('who asks again with the same words waits for the keys that are being made', async () => {
  const person = await wordPerson(home)
  expect(cosigner.making()).toBeUndefined()
  const first = cosigner.makeWallet(words, nobody)
  const again = cosigner.makeWallet(words, nobody)
  expect(cosigner.making()).toBeDefined()
  await expect(cosigner.makeWallet(others, nobody)).rejects.toMatchObject({ code: 'busy' })
  expect((await again).active.tau).toEqual((await first).active.tau)
  expect(cosigner.making()).toBeUndefined()
  expect(person.halves).toHaveLength(1)
  const made = (await logOf(home)).filter(
    ({ type, event }) => type === 'epoch' && event['state'] === 'active',
  )
  expect(made).toHaveLength(1)
})

test('a wallet is not said to be made with words that are not its half', async () => {
  const before = cosigner.wallet()!
  for (let start = 0; start < 2; start += 1) {
    expect((await cosigner.makeWallet(words, nobody)).active.tau).toEqual(before.active.tau)
    await expect(cosigner.makeWallet(others, nobody)).rejects.toMatchObject({ code: 'other-words' })
    await expect(cosigner.makeWallet(undefined, nobody)).rejects.toMatchObject({ code: 'busy' })
    // Nor by an engine that starts anew.
    cosigner.close()
    cosigner = await openCosigner(parts)
  }
})

test.for(['agreed', 'G1', 'G2', 'G3', 'G4', 'G5', 'active'] as const)(
  'a browser that dies at %s makes its keys, or finds them, when it is asked again',
  async (last) => {
    const own = partsOf()
    const { link, hangUp } = await invite(home)
    const person = await wordPerson(home)
    let mine = await openCosigner(own)
    try {
      await mine.pair(linkOf(link))
      hangUp()
      const died = Promise.withResolvers<void>()
      const half = drawHalf((_label, length) => fresh(length))
      mine
        .makeWallet(half, (step) => {
          if (step !== last) return
          mine.close()
          died.resolve()
        })
        .catch(nobody)
      await died.promise
      mine = await openCosigner(own)
      const { tested } = await mine.makeWallet(half, nobody)
      expect(tested).toBe(true)
      expect(new Set(person.halves).size).toBe(person.halves.length)
    } finally {
      mine.close()
      person.hangUp()
    }
  },
)
