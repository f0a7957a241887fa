/** The worker or the engine dies while keys are made, and there is one wallet afterwards, of the words on paper. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { making } from '../../extension/src/engine/cosigner/making.ts'
import { hasChromium } from '../browser/chromium.ts'
import { answer, invite, logOf } from '../daemon/control.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { wordPerson } from '../daemon/word-person.ts'
import { killEngineAt, stopWorker, watch } from './dying-worker.ts'
import { type Wallet, startWallet } from './wallet.ts'

const isLong = process.env['TANDEM_LONG'] === '1'

/** Where something dies, and whether the person then looks at the page anew. */
type Death = {
  readonly worker?: number
  readonly engine?: (typeof making)[number]
  readonly reload?: boolean
}

describe.skipIf(!hasChromium)('keys', () => {
  const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
  let daemon: DaemonProcess

  beforeAll(async () => {
    daemon = await startWith(home, {})
  })

  afterAll(async () => {
    await daemon.stop()
    rmSync(home, { recursive: true })
  })

  /** The states of the wallets at the co-signer. */
  async function wallets(): Promise<string[]> {
    const found = await answer(home, { command: 'wallets' })
    return (found as { wallets: { state: string }[] }).wallets.map(({ state }) => state)
  }

  const epochs = async (state: string): Promise<number> =>
    (await logOf(home)).filter(({ type, event }) => type === 'epoch' && event['state'] === state)
      .length

  /** A browser that is paired, in front of its half of the phrase. */
  async function begun(wallet: Wallet): Promise<Page> {
    const { link, hangUp } = await invite(home)
    const screen = await wallet.open('onboarding.html')
    await wallet.call(screen, 'pair', link)
    await wallet.call(screen, 'create', 'a password of a test')
    hangUp()
    await screen.reload()
    return screen
  }

  /** Writes the words down. @returns what answers the next question about them. */
  async function writtenDown(screen: Page): Promise<() => Promise<void>> {
    await screen.getByRole('button', { name: 'Show words' }).click()
    const list = await screen.locator('ol.select-none li').allInnerTexts()
    const words = list.map((line) => line.replaceAll(/[^a-z]/g, ''))
    await screen.getByRole('button', { name: 'I wrote down all 12' }).click()
    return async () => {
      const title = screen.getByRole('heading', { name: /Which is word \d+/ })
      const text = await title.innerText()
      const name = words[Number(/\d+/.exec(text)?.[0]) - 1] ?? ''
      await screen.getByRole('button', { name, exact: true }).click()
      await screen.getByRole('heading', { name: text, exact: true }).waitFor({ state: 'detached' })
    }
  }

  /** Makes a wallet in a browser that never ran before. */
  async function made(death: Death = {}) {
    const before = await wallets()
    const active = await epochs('active')
    const person = await wordPerson(home)
    const wallet = await startWallet()
    try {
      const { context } = wallet
      const screen = await begun(wallet)
      const answered = await writtenDown(screen)
      await answered()
      await answered()
      const isKilled =
        death.engine === undefined ? undefined : await killEngineAt(context, death.engine)
      const watched = await watch(context, death.worker)
      const died = watched.died().then(
        () => true,
        () => false,
      )
      const ready = screen.getByText('Your wallet is ready')
      const again = screen.getByRole('button', { name: 'Try again' })
      const anew = screen.getByRole('button', { name: 'Show words' })
      const stands = ready.or(again).or(anew)
      await answered()
      const first = await Promise.race([died, stands.waitFor().then(() => false)])
      const { isDead, done: steps } = first ? { isDead: true, done: [] } : await watched.end()
      if (isDead) await stopWorker(context, screen)
      await isKilled?.died
      if ((isDead || isKilled) && death.reload === true) await screen.reload()
      let halves = 1
      for (;;) {
        await stands.waitFor()
        if (await ready.isVisible()) break
        if (await again.isVisible()) await again.click()
        else {
          halves += 1
          const next = await writtenDown(screen)
          for (let at = 0; at < 3; at += 1) await next()
        }
        await again.or(anew).waitFor({ state: 'detached' })
      }
      const { wallet: state } = (await wallet.call(screen, 'state')) as { wallet: string }
      return {
        isDead: isDead || isKilled !== undefined,
        steps,
        /** How many halves were written down: here, and there. */
        halves: [halves, person.halves.length],
        isNew: new Set(person.halves).size === person.halves.length,
        state,
        wallets: (await wallets()).slice(before.length),
        made: (await epochs('active')) - active,
      }
    } finally {
      person.hangUp()
      await wallet.close()
    }
  }

  const one = { state: 'ready', isNew: true, wallets: ['ready'], made: 1 }

  test('are made once, of the words that were written down, wherever the worker is killed', async () => {
    const control = await made()
    expect(control).toMatchObject({ ...one, isDead: false, halves: [1, 1] })
    expect(control.steps).toContain('call makeWallet')
    const all = control.steps.map((_step, at) => at + 1)
    // The first and the last: the others with --long.
    const chosen = isLong ? all : [...new Set([1, all.length])]
    let deaths = 0
    for (const worker of chosen)
      for (const reload of isLong ? [false, true] : [worker > 1]) {
        const run = await made({ worker, reload })
        if (run.isDead) deaths += 1
        // A page that is gone before anything began takes its words along.
        const isLost = reload && worker === 1
        expect({ worker, reload, ...run }).toMatchObject({ ...one, halves: [isLost ? 2 : 1, 1] })
      }
    expect(deaths).toBeGreaterThan(0)
  })

  /** A browser that dies at each of these steps is tested beside the engine; here it is a whole one. */
  const ends = isLong
    ? making.flatMap((engine) => [false, true].map((reload) => ({ engine, reload })))
    : ([
        { engine: 'G1', reload: false },
        { engine: 'G5', reload: true },
      ] as const)

  test.for(ends)(
    'are made once, or once more from the start, where the engine dies at $engine (looked at anew: $reload)',
    async (death) => {
      const run = await made(death)
      expect(run).toMatchObject({ ...one, isDead: true })
    },
  )
})
