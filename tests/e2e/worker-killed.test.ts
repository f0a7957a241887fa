/** The worker dies at each message and each write of a request, or its engine does, and it is answered all the same. */
import { verifyMessage } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { logOf } from '../daemon/control.ts'
import { killEngine, stopWorker, watch } from './dying-worker.ts'
import { press } from './person.ts'
import type { SitePage } from './site.ts'
import { type World, startWorld } from './world.ts'

/** How long the person looks before they look again whether there is an answer. */
const LOOK_MS = 2000

describe.skipIf(!hasChromium)('a request', () => {
  let world: World
  let from: string

  beforeAll(async () => {
    world = await startWorld()
    const site = await world.openSite()
    const connecting = site.evm('eth_requestAccounts')
    await press(world, 'Connect')
    ;[from] = (await connecting) as [string]
    await site.page.close()
    await world.anvil.setBalances(10n ** 20n, [from])
  })

  afterAll(() => world.close())

  /** How often the co-signer signed. */
  async function signatures(): Promise<number> {
    const log = await logOf(world.home)
    return log.filter(({ type, event }) => type === 'mark' && event['mark'] === 'signed').length
  }

  /** A person who presses the button whenever it can be pressed, until there is an answer. */
  async function answered(answer: Promise<unknown>, name: string): Promise<unknown> {
    const there = { isOver: false }
    const end = () => (there.isOver = true)
    void answer.then(end, end)
    const { context } = world.wallet
    const look = { timeout: LOOK_MS }
    while (!there.isOver) {
      const open = context.pages().find((page) => page.url().includes('/approve.html'))
      const button = open?.locator('button:not([aria-disabled=true])').filter({ hasText: name })
      const pressed = button ? button.click(look) : context.waitForEvent('page', look)
      await Promise.race([answer, pressed]).catch(() => undefined)
    }
    return answer
  }

  /** What is over is not in front of what comes. */
  async function putAway(): Promise<void> {
    const { context } = world.wallet
    await Promise.all(
      context
        .pages()
        .filter((page) => page.url().includes('/approve.html'))
        .map((page) => page.close()),
    )
  }

  /** A document that asks once. */
  async function once(ask: (site: SitePage) => Promise<unknown>, name: string, last?: number) {
    const watched = await watch(world.wallet.context, last)
    const site = await world.openSite()
    const answer = ask(site)
    const died = watched.died().then(
      () => true,
      () => false,
    )
    const whole = answered(answer, name)
    const isDying = await Promise.race([died, whole.then(() => false)])
    // It may die after the page has its answer, too.
    const { isDead, done: steps } = isDying ? { isDead: true, done: [] } : await watched.end()
    if (isDead) await stopWorker(world.wallet.context, world.screen)
    const result = await whole
    await putAway()
    await site.page.close()
    return { result, isKilled: isDead, steps }
  }

  /**
   * Asks once undisturbed, and then once for each step of that, at which the worker dies.
   *
   * @param first the step to begin at. @returns the steps.
   */
  async function atEachStep(
    ask: (site: SitePage) => Promise<unknown>,
    name: string,
    check: (result: unknown) => Promise<void>,
    first?: string,
  ): Promise<string[]> {
    const control = await once(ask, name)
    await check(control.result)
    const begin = first === undefined ? 0 : control.steps.indexOf(first)
    expect(begin).not.toBe(-1)
    for (let last = begin + 1; ; last += 1) {
      const { result, isKilled, steps } = await once(ask, name, last)
      await check(result)
      // It got to its end: there are no more steps at which it could die. How many it has differs.
      if (!isKilled) {
        expect(steps).toContain('reply')
        expect(last).toBeGreaterThan((control.steps.length * 2) / 3)
        return control.steps
      }
    }
  }

  test('to sign a message is signed and answered once, wherever its worker is killed', async () => {
    let count = await signatures()
    const steps = await atEachStep(
      (site) => site.evm('personal_sign', ['0x68656c6c6f', from]),
      'Sign',
      async (result) => {
        const [address, signature] = [from as `0x${string}`, result as `0x${string}`]
        expect(await verifyMessage({ address, message: 'hello', signature })).toBe(true)
        expect(await signatures()).toBe((count += 1))
      },
      'call build',
    )
    expect(steps).toEqual(
      expect.arrayContaining(['session approvals', 'call ask', 'call sign', 'reply']),
    )
  })

  test('to pay is sent once, wherever its worker is killed once its co-signer is asked', async () => {
    const to = `0x${'34'.repeat(20)}`
    const value = 10n ** 15n
    let count = 0n
    const steps = await atEachStep(
      (site) => site.evm('eth_sendTransaction', [{ from, to, value: `0x${value.toString(16)}` }]),
      'Approve',
      async (result) => {
        await world.anvil.mine()
        count += 1n
        const { status } = (await world.anvil.rpc('eth_getTransactionReceipt', result)) as {
          status: string
        }
        const paid = await world.anvil.rpc('eth_getBalance', to, 'latest')
        expect([status, paid]).toEqual(['0x1', `0x${(count * value).toString(16)}`])
        expect(await world.anvil.rpc('eth_getTransactionCount', from, 'pending')).toBe(
          `0x${count.toString(16)}`,
        )
      },
      'call ask',
    )
    expect(steps).toEqual(expect.arrayContaining(['call sign', 'call submit', 'reply']))
  })

  test.for([
    ['read', '01'],
    ['ask', '02'],
    ['sign', '03'],
    ['submit', '04'],
  ] as const)(
    'to pay is sent once, by another engine where the first dies as it is asked to %s',
    async ([method, last]) => {
      const to = `0x${'56'.repeat(19)}${last}`
      const before = BigInt(
        (await world.anvil.rpc('eth_getTransactionCount', from, 'latest')) as string,
      )
      const died = killEngine(world.wallet.context, method)
      const { result } = await once(
        (site) => site.evm('eth_sendTransaction', [{ from, to, value: '0x7' }]),
        'Approve',
      )
      await died
      await world.anvil.mine()
      expect(result).toMatch(/^0x[0-9a-f]{64}$/)
      expect(await world.anvil.rpc('eth_getBalance', to, 'latest')).toBe('0x7')
      expect(await world.anvil.rpc('eth_getTransactionCount', from, 'pending')).toBe(
        `0x${(before + 1n).toString(16)}`,
      )
    },
  )

  test('to connect leaves its site connected, wherever its worker is killed', async () => {
    const forget = () => world.wallet.call(world.screen, 'disconnect', world.origin)
    await forget()
    const steps = await atEachStep(
      (site) => site.evm('eth_requestAccounts'),
      'Connect',
      async (result) => {
        expect(result).toEqual([from])
        await forget()
      },
      'session approvals',
    )
    expect(steps).toEqual(expect.arrayContaining(['session approvals', 'local sites', 'reply']))
  })
})
