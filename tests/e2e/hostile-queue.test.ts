/** A site that asks without end, and one that changes what lies under the finger. */
import type { Page } from 'playwright-core'
import { recoverMessageAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { approvalWindow, asked, press, question } from './person.ts'
import { type World, startWorld } from './world.ts'

type Provider = { request(asked: object): Promise<unknown> }
type Site = { site: { provider: Provider }; codes: number[] }

describe.skipIf(!hasChromium)('the queue of a hostile site', () => {
  let world: World
  let site: EvmSite
  let account: `0x${string}`

  beforeAll(async () => {
    world = await startWorld()
    site = await openEvmSite(world.wallet.context, world.origin)
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    ;[account] = (await connecting) as [`0x${string}`]
  })

  afterAll(() => world.close())

  const windows = (): Page[] =>
    world.wallet.context.pages().filter((page) => page.url().includes('/approve.html'))
  const opened = () => approvalWindow(world.wallet.context)
  const sign = (of: EvmSite, message: string) => of.request('personal_sign', [message, account])
  const waiting = (count: number) =>
    vi.waitUntil(async () => (await asked(world)).length === count, { timeout: 30_000 })

  test('of a thousand questions shows one at a time, keeps five, and the wallet works on', async () => {
    await site.page.evaluate((from) => {
      const it = globalThis as never as Site
      it.codes = []
      for (let index = 0; index < 1_000; index += 1)
        void it.site.provider
          .request({ method: 'personal_sign', params: [`message ${index}`, from] })
          .then(
            () => it.codes.push(0),
            (error: { code: number }) => it.codes.push(error.code),
          )
    }, account)
    await site.page.waitForFunction(() => (globalThis as never as Site).codes.length >= 995)
    const codes = await site.page.evaluate(() => (globalThis as never as Site).codes)
    expect(codes).toEqual(Array.from({ length: 995 }, () => -32002))
    await waiting(5)
    await question(world)
    expect(windows()).toHaveLength(1)
    const approval = await opened()
    await approval.getByText('1 of 5').waitFor()
    expect(await approval.locator('h1').count()).toBe(1)
    expect(await site.ask('eth_chainId')).toBe('0x7a69')
    await approval.getByRole('button', { name: 'Reject all 5' }).click()
    await waiting(0)
    await site.page.waitForFunction(() => (globalThis as never as Site).codes.length === 1_000)
    const last = await site.page.evaluate(() => (globalThis as never as Site).codes.slice(995))
    expect(last).toEqual([4001, 4001, 4001, 4001, 4001])
  })

  test('that is changed under a finger that is down signs nothing', async () => {
    const second = await openEvmSite(world.wallet.context, world.origin)
    const first = await openEvmSite(world.wallet.context, world.origin)
    void sign(first, 'what the person wants').catch(() => undefined)
    const shown = await question(world)
    const approval = await opened()
    const swapped = sign(second, 'what the thief wants')
    await waiting(2)
    await approval.getByText('1 of 2').waitFor()
    const button = approval.locator('button[aria-disabled=false]').filter({ hasText: 'Sign' })
    await button.waitFor()
    const { x, y, width, height } = (await button.boundingBox())!
    await approval.mouse.move(x + width / 2, y + height / 2)
    await approval.mouse.down()
    // The tab that asked is gone, and the next question stands in the same place.
    await first.page.close()
    await waiting(1)
    await approval.getByText('what the thief wants').waitFor()
    await approval.mouse.up()
    const [left] = await asked(world)
    expect(left?.id).not.toBe(shown.id)
    expect(left?.state.at).toBe('shown')
    // Nor does an approval of what was there before.
    if (shown.state.at !== 'shown') throw new Error('expected a message')
    const { hash } = shown.state.explained ?? {}
    await world.wallet.call(world.screen, 'decide', left!.id, { approve: true, hash })
    expect((await asked(world))[0]?.state.at).toBe('shown')
    // The control: the same finger, where the question stood still.
    await press(world, 'Sign')
    const came = await swapped
    if (!('ok' in came)) throw new Error(came.message)
    const signature = came.ok as `0x${string}`
    expect(await recoverMessageAddress({ message: 'what the thief wants', signature })).toBe(
      account,
    )
    await second.page.close()
  })

  test('is signed by no click of a script, no double click, and none in the first half second', async () => {
    const rejected = sign(site, 'quickly')
    await question(world)
    const approval = await opened()
    const button = approval.getByRole('button', { name: 'Sign', exact: true })
    await button.evaluate((one) => {
      // What was drawn a moment ago, and is not armed; then without a hand, at any time.
      if (one instanceof HTMLElement) one.click()
      one.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
      one.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }))
    })
    await approval.locator('button[aria-disabled=false]').filter({ hasText: 'Sign' }).waitFor()
    await button.evaluate((one) => {
      one.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
      one.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }))
      one.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }))
      one.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
      one.dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter', bubbles: true }))
    })
    expect((await asked(world)).map(({ state }) => state.at)).toEqual(['shown'])
    // A window that comes into focus, or is moved about, is not ready for half a second.
    const disarmed = await button.evaluate(async (one) => {
      window.dispatchEvent(new Event('focus'))
      await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()))
      return one.getAttribute('aria-disabled')
    })
    expect(disarmed).toBe('true')
    await press(world, 'Reject')
    expect(await rejected).toMatchObject({ code: 4001 })
  })
})
