/** Sites whose names are made to be taken for others: every name leads to this machine. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { openEvmSite } from './evm-site.ts'
import { approvalWindow, press, question } from './person.ts'
import { type World, startWorld } from './world.ts'

/** A label as long as any may be. */
const LONG = `wallet-example-${'a'.repeat(42)}-login`

/** What is typed, by it what the window says: what anybody may choose, and what somebody registered. */
const names: readonly (readonly [typed: string, before: string, registrable: string])[] = [
  ['wallet.example', '', 'wallet.example'],
  ['app.wallet.example', 'app.', 'wallet.example'],
  // In front of another name, under suffixes of two parts and of private hands.
  ['app.wallet.example.thief.test', 'app.wallet.example.', 'thief.test'],
  ['wallet.example-login.thief.co.uk', 'wallet.example-login.', 'thief.co.uk'],
  ['wallet.example.thief.blogspot.com', 'wallet.example.', 'thief.blogspot.com'],
  ['https.www.wallet.example.thief.test', 'https.www.wallet.example.', 'thief.test'],
  [`${'wallet.example.'.repeat(12)}thief.test`, 'wallet.example.'.repeat(12), 'thief.test'],
  [`${LONG}.${LONG}.${LONG}.test`, `${LONG}.${LONG}.`, `${LONG}.test`],
  // The name of a person who is let in, and not the one of the site.
  ['wallet.example@thief.test', '', 'thief.test'],
  ['wallet.example:80@login.thief.test', 'login.', 'thief.test'],
  // What a browser reads as the same letters is the same site.
  ['WALLET.EXAMPLE', '', 'wallet.example'],
  ['\uff57allet.example', '', 'wallet.example'],
  ['wallet\u3002example', '', 'wallet.example'],
  ['wal\u00adlet.example', '', 'wallet.example'],
  ['wal\u200blet.example', '', 'wallet.example'],
  // Letters that look like others, of one script or of two, without dots, with dots below, from right to left.
  ['w\u0430llet.example', '', 'xn--wllet-4ve.example'],
  ['\u0440\u0430\u0443.example', '', 'xn--80a5ak.example'],
  ['app.wal\u0131et.example', 'app.', 'xn--walet-p4a.example'],
  ['wa\u1e37let.example', '', 'xn--walet-ej1b.example'],
  ['wallet.\u0435xample.thief.test', 'wallet.xn--xample-2of.', 'thief.test'],
  ['wallet.example.\u05d0\u05d1.test', 'wallet.example.', 'xn--4dbc.test'],
  ['\u0645\u062d\u0641\u0638\u0629.example', '', 'xn--ogbh7a9as.example'],
  // Numbers in other clothes.
  ['0x7f.1', '', '127.0.0.1'],
  ['2130706433', '', '127.0.0.1'],
  ['\u2460\u2461\u2466.0.0.1', '', '127.0.0.1'],
]

describe.skipIf(!hasChromium)('a site that has the name of another, almost', () => {
  let world: World
  let port: string
  let page: Page

  beforeAll(async () => {
    world = await startWorld({}, ['--host-resolver-rules=MAP * 127.0.0.1'])
    ;({ port } = new URL(world.origin))
    page = await world.wallet.context.newPage()
  })

  afterAll(() => world?.close())

  /** Lets a page of this name ask whether it may see accounts. @returns where the browser is, and the window. */
  async function asks(name: string) {
    await page.goto(`http://${name}:${port}/`)
    await page.evaluate(() => {
      type Provider = { request(asked: object): Promise<unknown> }
      addEventListener(
        'eip6963:announceProvider',
        (event) => {
          const { provider } = (event as CustomEvent<{ provider: Provider }>).detail
          void provider.request({ method: 'eth_requestAccounts' }).catch(() => undefined)
        },
        { once: true },
      )
      dispatchEvent(new Event('eip6963:requestProvider'))
    })
    const { id } = await question(world)
    const window = await approvalWindow(world.wallet.context)
    await window.setViewportSize({ width: 400, height: 640 })
    const origin = await page.evaluate(() => location.origin)
    const line = window.locator('p[title]')
    await vi.waitUntil(async () => (await line.getAttribute('title')) === origin, {
      timeout: 20_000,
    })
    return { id, host: new URL(origin).host, window, line }
  }

  const rejects = (id: string) => world.wallet.call(world.screen, 'decide', id, { approve: false })

  test('is shown by who registered it, in plain letters, whatever stands in front', async () => {
    for (const [typed, before, registrable] of names) {
      const { id, host, window, line } = await asks(typed)
      // The page is where the name leads, and the browser says so, too.
      expect([typed, host]).toEqual([typed, `${before}${registrable}:${port}`])
      expect([typed, await read(line)]).toEqual([
        typed,
        { text: `http${host}`, strong: [registrable], isWhole: true },
      ])
      const headline = await window.getByRole('heading', { level: 1 }).innerText()
      expect([typed, headline]).toEqual([typed, expect.stringContaining(registrable) as unknown])
      await rejects(id)
    }
  })

  test('would be noticed where it was shown otherwise', async () => {
    const { id, line } = await asks(`${'wallet.example.'.repeat(12)}w\u0430llet.example`)
    const good = await read(line)
    expect(good).toMatchObject({ strong: ['xn--wllet-4ve.example'], isWhole: true })
    const spans = line.locator(':scope > span')
    // What anybody may choose stands out.
    await line.evaluate((one) => one.append(one.children[1]!.cloneNode(true)))
    await spans.last().evaluate((one) => one.classList.add('font-[650]'))
    expect((await read(line)).strong).toHaveLength(2)
    await spans.last().evaluate((one) => one.remove())
    // Letters as they look.
    await spans.nth(2).evaluate((one) => (one.textContent = 'w\u0430llet.example'))
    expect((await read(line)).text).not.toBe(good.text)
    expect(await read(line)).toMatchObject({ strong: ['w\u0430llet.example'] })
    await spans.nth(2).evaluate((one) => (one.textContent = 'xn--wllet-4ve.example'))
    expect(await read(line)).toEqual(good)
    // What is in front pushes the rest away.
    await spans.nth(1).evaluate((one) => (one.style.flexShrink = '0'))
    expect((await read(line)).isWhole).toBe(false)
    await rejects(id)
  })

  test('is another one to its person, who knows the one that it is like', async () => {
    const known = await openEvmSite(world.wallet.context, `http://wallet.example:${port}`)
    const connecting = known.ask('eth_requestAccounts')
    await press(world, 'Connect')
    await connecting
    await known.page.close()
    // The control: a name that is like nothing.
    const { id, window } = await asks('bank.test')
    const like = window.getByText('This name could be taken for wallet.example, which you know.')
    const letters = window.getByText('This name has letters that look like others.')
    expect([await like.count(), await letters.count()]).toEqual([0, 0])
    await rejects(id)
    for (const [name, isMixed] of [
      ['wa11et.example', false],
      ['walllet.example', false],
      ['wallet.test', false],
      ['wallet.example.thief.test', false],
      ['xn--wllet-4ve.example', true],
    ] as const) {
      const other = await asks(name)
      expect([name, await like.count()]).toEqual([name, isMixed ? 0 : 1])
      expect([name, await letters.count()]).toEqual([name, isMixed ? 1 : 0])
      await rejects(other.id)
    }
  })
})

/** The line that says who asks, as eyes read it. */
function read(line: Locator) {
  return line.evaluate((one) => {
    const spans = [...one.children]
    const strong = spans.filter((span) => Number(getComputedStyle(span).fontWeight) >= 650)
    const isSeen = (span: Element) => {
      const { left, right, top, bottom } = span.getBoundingClientRect()
      const around = one.closest('header')?.getBoundingClientRect()
      const isInside = around && top >= around.top && bottom <= around.bottom
      return isInside && span.scrollWidth <= span.clientWidth && left >= 0 && right <= innerWidth
    }
    return {
      text: spans.map((span) => span.textContent).join(''),
      strong: strong.map((span) => span.textContent),
      isWhole: strong.every(isSeen),
    }
  })
}
