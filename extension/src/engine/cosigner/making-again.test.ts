/** Whoever asked for keys can die before it hears of them, and asks again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawHalf } from '@tandem/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { invite } from '../../../../tests/daemon/control.ts'
import { type DaemonProcess, startDaemon } from '../../../../tests/daemon/daemon.ts'
import { type WordPerson, wordPerson } from '../../../../tests/daemon/word-person.ts'
import { fresh, linkOf, partsOf } from '../../../../tests/extension/browser.ts'
import { type Cosigner, type CosignerParts, openCosigner } from './cosigner.ts'
import { making } from './making.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const drawn = () => drawHalf((_label, length) => fresh(length))
const nobody = () => undefined
let daemon: DaemonProcess
let person: WordPerson
let parts: CosignerParts
let cosigner: Cosigner

beforeAll(async () => {
  daemon = await startDaemon(home)
})

afterAll(async () => {
  await daemon.stop()
  rmSync(home, { recursive: true })
})

/** A browser that is paired, and somebody at the co-signer. */
beforeEach(async () => {
  const { link, hangUp } = await invite(home)
  person = await wordPerson(home)
  parts = partsOf()
  cosigner = await openCosigner(parts)
  await cosigner.pair(linkOf(link))
  hangUp()
})

afterEach(() => {
  cosigner.close()
  person.hangUp()
})

test('who asks again with the same words waits for the keys that are being made', async () => {
  const words = drawn()
  expect(cosigner.making()).toBeUndefined()
  const first = cosigner.makeWallet(words, nobody)
  const again = cosigner.makeWallet(words, nobody)
  expect(cosigner.making()).toBeDefined()
  await expect(cosigner.makeWallet(drawn(), nobody)).rejects.toMatchObject({ code: 'busy' })
  expect((await again).active.tau).toEqual((await first).active.tau)
  expect(cosigner.making()).toBeUndefined()
  expect(person.halves).toHaveLength(1)
})

test('a wallet is not said to be made with words that are not its half', async () => {
  const words = drawn()
  const { active } = await cosigner.makeWallet(words, nobody)
  for (let start = 0; start < 2; start += 1) {
    expect((await cosigner.makeWallet(words, nobody)).active.tau).toEqual(active.tau)
    const other = cosigner.makeWallet(drawn(), nobody)
    await expect(other).rejects.toMatchObject({ code: 'other-words' })
    const none = cosigner.makeWallet(undefined, nobody)
    await expect(none).rejects.toMatchObject({ code: 'busy' })
    // Nor by an engine that starts anew.
    cosigner.close()
    cosigner = await openCosigner(parts)
  }
})

test.for(making)(
  'a browser that dies at %s makes its keys, or finds them, when it is asked again',
  async (last) => {
    const words = drawn()
    const died = Promise.withResolvers<void>()
    cosigner
      .makeWallet(words, (step) => {
        if (step !== last) return
        cosigner.close()
        died.resolve()
      })
      .catch(nobody)
    await died.promise
    cosigner = await openCosigner(parts)
    const { tested } = await cosigner.makeWallet(words, nobody)
    expect(tested).toBe(true)
    // Of each half that was shown there is one paper.
    expect(new Set(person.halves).size).toBe(person.halves.length)
  },
)
