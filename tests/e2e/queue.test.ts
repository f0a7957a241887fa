/** Several questions, several tabs, and what happens between a question and its answer. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Page } from 'playwright-core'
import { hasChromium } from '../browser/chromium.ts'
import { logOf } from '../daemon/control.ts'
import { startWith } from '../daemon/daemon.ts'
import { worker } from './dying-worker.ts'
import { asked, listed, press, question } from './person.ts'
import type { SitePage } from './site.ts'
import { type World, chains, startWorld } from './world.ts'

const REJECTED = 'The user rejected the request.'
const BUSY = 'A request of this site is open already.'

describe.skipIf(!hasChromium)('a wallet that is asked several things', () => {
  let world: World
  let site: SitePage
  let from: string

  beforeAll(async () => {
    world = await startWorld()
    site = await world.openSite()
    const connecting = site.evm('eth_requestAccounts')
    await press(world, 'Connect')
    ;[from] = (await connecting) as [string]
    await world.anvil.setBalances(10n ** 20n, [from])
  })

  afterAll(() => world.close())

  const sign = (of = site) => of.evm('personal_sign', ['0x68656c6c6f', from])
  const send = () =>
    site.evm('eth_sendTransaction', [{ from, to: `0x${'12'.repeat(20)}`, value: '0x1' }])
  /** What a page is told instead of an answer. */
  const failureOf = (answer: Promise<unknown>) => answer.then(() => 'answered', String)
  const call = (method: string, ...args: unknown[]) =>
    world.wallet.call(world.screen, method, ...args)

  async function windows(): Promise<Page[]> {
    return world.wallet.context.pages().filter((page) => page.url().includes('/approve.html'))
  }

  /** The window of what is over closes by itself, maybe while another one opens. */
  async function oneWindow(): Promise<void> {
    await vi.waitUntil(async () => (await windows()).length === 1, { timeout: 20_000 })
  }

  async function waiting(count: number): Promise<void> {
    await vi.waitUntil(async () => (await asked(world)).length === count, { timeout: 20_000 })
  }

  async function badge(): Promise<string> {
    const running = await worker(world.wallet.context)
    return running.evaluate(async () => {
      type Action = { action: { getBadgeText(of: object): Promise<string> } }
      return (globalThis as never as { chrome: Action }).chrome.action.getBadgeText({})
    })
  }

  test('shows five questions of a site in one window, and takes no sixth', async () => {
    const answers = Array.from({ length: 5 }, () => failureOf(sign()))
    await waiting(5)
    expect(await failureOf(sign())).toContain(BUSY)
    expect(await windows()).toHaveLength(1)
    expect(await badge()).toBe('5')
    // Another site has questions of its own.
    const elsewhere = await world.openSite(world.origin.replace('127.0.0.1', 'localhost'))
    const connecting = failureOf(elsewhere.evm('eth_requestAccounts'))
    await waiting(6)
    await call('rejectAll', world.origin)
    for (const answer of answers) expect(await answer).toContain(REJECTED)
    expect((await asked(world)).map(({ question: { kind } }) => kind)).toEqual(['connect'])
    expect(await badge()).toBe('1')
    await elsewhere.page.close()
    expect(await connecting).not.toContain('answered')
    await waiting(0)
    expect(await badge()).toBe('')
  })

  test('gives the budget of ten payments back that its person turns down', async () => {
    const before = (await logOf(world.home)).length
    for (let count = 0; count < 9; count += 1) {
      const answer = failureOf(send())
      await call('decide', (await question(world)).id, { approve: false })
      expect(await answer).toContain(REJECTED)
    }
    const last = failureOf(send())
    await question(world)
    await oneWindow()
    for (const window of await windows()) await window.close()
    expect(await last).toContain(REJECTED)
    const idsOf = async (type: string) =>
      (await logOf(world.home))
        .slice(before)
        .flatMap((entry) => (entry.type === type ? [JSON.stringify(entry.event['requestId'])] : []))
    await vi.waitUntil(async () => (await idsOf('released')).length === 10, { timeout: 20_000 })
    const allowed = await idsOf('decided')
    expect(allowed).toHaveLength(10)
    expect((await idsOf('released')).toSorted()).toEqual(allowed.toSorted())
  })

  test('forgets what a tab asked that is closed or goes elsewhere, and nothing of another', async () => {
    const [closed, moved] = await Promise.all([world.openSite(), world.openSite()])
    const answers = [closed, moved].map((other) => failureOf(sign(other)))
    await waiting(2)
    const mine = failureOf(sign())
    await waiting(3)
    await closed.page.close()
    await moved.page.goto('about:blank')
    await waiting(1)
    expect(await Promise.all(answers)).not.toContain('answered')
    await question(world)
    await press(world, 'Sign')
    expect(await mine).toBe('answered')
    // The tab that came back has a wallet again.
    await moved.page.goto(world.origin)
    expect(await moved.evm('eth_accounts')).toEqual([from])
    await moved.page.close()
  })

  test('asks for its key first while it is locked, once, and then what the site asked', async () => {
    await call('lock')
    const answer = failureOf(sign())
    await vi.waitUntil(async () => (await asked(world))[0]?.state.at === 'locked', {
      timeout: 20_000,
    })
    expect(await failureOf(sign())).toContain(BUSY)
    const [locked] = await asked(world)
    expect(locked).toMatchObject({ question: { kind: 'unlock' }, site: { origin: world.origin } })
    await oneWindow()
    await call('unlock', 'a password of a test')
    expect((await question(world)).question).toMatchObject({ kind: 'sign' })
    await press(world, 'Sign')
    expect(await answer).toBe('answered')
  })

  test('waits for a co-signer that goes and comes back, with the same request', async () => {
    const answer = failureOf(sign())
    const shown = await question(world)
    if (shown.state.at !== 'shown' || !shown.state.explained) throw new Error('expected a message')
    const { hash } = shown.state.explained
    const port = world.daemon.address.split(':')[1]!
    await world.daemon.stop()
    await call('decide', shown.id, { approve: true, hash })
    await vi.waitUntil(
      async () => (await listed(world)).some(({ state }) => state.at === 'failed'),
      { timeout: 20_000 },
    )
    const failed = (await listed(world)).find(({ id }) => id === shown.id)
    expect(failed?.state).toMatchObject({ code: 'away', money: 'not-sent', again: true })
    const back = await startWith(world.home, {
      chains: Object.values(chains),
      options: ['--port', port],
    })
    try {
      await vi.waitUntil(
        async () => {
          const { cosigner } = (await call('state')) as { cosigner: { state: string } }
          return cosigner.state === 'ready'
        },
        { timeout: 60_000 },
      )
      await call('again', shown.id)
      expect((await question(world)).question).toEqual(shown.question)
      await call('decide', shown.id, { approve: true, hash })
      expect(await answer).toBe('answered')
    } finally {
      await back.stop()
    }
  })
})
