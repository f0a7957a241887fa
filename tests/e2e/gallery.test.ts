/** What the approval window shows, made up, in a real Chromium: no daemon and no chain. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { buildExtension } from './build.ts'
import { type Box, faintText, sizes, smallText } from './seen.ts'
import { type Wallet, startWallet } from './wallet.ts'

/** Where to keep pictures for people to look at. */
const pictures = process.env['TANDEM_PICTURES']

/** Each situation with its sentence and its level; Routine has no band. */
const rows = [
  ['row-01', 'Send 0.5 ETH to Ana', undefined],
  ['row-02', 'Send 0.5 ETH to a new address', 'check'],
  ['row-03', "Send 0.5 ETH to an address that imitates Ana's", 'high'],
  ['row-04', 'Send almost all your BTC to a new address', 'high'],
  ['row-05', 'Send 0.01 BTC and pay a 0.004 BTC fee', 'check'],
  ['row-06', 'Send 0.5 ETH to Ana, but it would fail and cost the fee', 'check'],
  ['row-07', 'Let Swap router spend up to 250 USDC', undefined],
  ['row-07-unknown', 'Let 0x9aF3..a1dD..B2c8 spend up to 250 USDC', 'check'],
  ['row-08', 'Let Swap router spend ALL your USDC, with no end date', 'high'],
  ['row-09', 'Let a person, not a contract, take your USDC', 'high'],
  ['row-10', /^Let 0x9aF3..a1dD..B2c8 take 250 USDC until .*4/, 'high'],
  ['row-11', 'Let 0x9aF3..a1dD..B2c8 move EVERY 0xb47e..3BBB you own, now and later', 'high'],
  ['row-12', /^Sell #12 0xb47e..3BBB for 0.01 ETH, until .*4/, 'check'],
  ['row-12-foreign', /^Sell #12 0xb47e..3BBB for 0.01 ETH, until .*4/, 'high'],
  ['row-13', 'Stop Swap router from spending your USDC', undefined],
  ['row-14', 'Call something unreadable on 0x9aF3..a1dD..B2c8', 'unreadable'],
  ['row-15', 'Send 0.5 ETH to Ana and lose 3.2 WETH', 'high'],
  ['row-16', 'Let other code take over your Safe', 'high'],
  ['row-17', 'Let 0x63c0..D5a6..E32B act as your account on Base', 'high'],
  ['row-18', /, in 3 steps, 1 high risk$/, 'high'],
  ['row-19', 'Put a new contract on Base', 'check'],
  ['row-20', 'Refused: this is for Polygon', 'refused'],
  ['row-21', 'Refused: login for another site', 'refused'],
  ['row-22', 'Refused: not readable', 'refused'],
  ['row-23', 'Pay 0.0125 BTC and join 2 other inputs', 'check'],
  ['row-24', 'Sign coins without fixing where they go', 'high'],
  ['row-25', 'Refused: amounts cannot be checked', 'refused'],
  ['row-26', 'Run an unreadable program on 2 of your accounts', 'unreadable'],
  ['row-27', 'Refused: some accounts are hidden', 'refused'],
  ['row-28', 'Give control of 4Nd1..y9NZ..DB4T away', 'high'],
  ['row-29', 'Send 1 SOL to Bob, at any time in the future', 'high'],
  ['row-30', "Over today's limit for ETH", 'refused'],
  ['row-31', 'Your co-signer does not know Hazel Chain', 'refused'],
] as const

describe.skipIf(!hasChromium)('the approval window', () => {
  let folder: string
  let wallet: Wallet
  let names: string[]
  let address: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-gallery-'))
    wallet = await startWallet(buildExtension(folder, 'chrome', 'gallery'))
    const page = await open()
    address = page.url()
    await page.close()
  })

  afterAll(async () => {
    await wallet.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(): Promise<Page> {
    const page = await wallet.open('gallery.html')
    await page.setViewportSize({ width: 400, height: 640 })
    names = await page
      .locator('[data-shot]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('data-shot') ?? ''))
    return page
  }

  test('is no part of a release', () => {
    const release = process.env['TANDEM_EXTENSION'] ?? ''
    expect(existsSync(join(release, 'approve.html'))).toBe(true)
    expect(existsSync(join(folder, 'chrome-mv3-gallery', 'gallery.html'))).toBe(true)
    const files = readdirSync(release, { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => file.includes('gallery'))).toEqual([])
  })

  test('says what each request does in one sentence, at its level', async () => {
    const page = await open()
    for (const [name, headline, level] of rows) {
      await show(page, name)
      const said = (await page.locator('h1').textContent()) ?? ''
      const levels = await page
        .locator('[data-level]')
        .evaluateAll((bands) => bands.map((band) => band.getAttribute('data-level')))
      const focused = await page.evaluate(() => document.activeElement?.tagName)
      expect({ name, said, levels, focused }).toEqual({
        name,
        said:
          typeof headline === 'string' ? headline : (expect.stringMatching(headline) as unknown),
        levels: level === undefined ? [] : [level],
        focused: 'H1',
      })
      expect(await page.title()).toContain(said)
    }
    await page.close()
  })

  test.each(['light', 'dark'] as const)(
    'cuts nothing off, moves no button and is readable: %s',
    async (colorScheme) => {
      const page = await open()
      await page.emulateMedia({ colorScheme })
      const complaints: string[] = []
      page.on('pageerror', ({ message }) => complaints.push(message))
      page.on('console', (line) => {
        if (line.type() === 'error') complaints.push(line.text())
      })
      const places = new Map<string, readonly Box[]>()
      for (const name of names) {
        await show(page, name)
        const seen = await page.evaluate(sizes)
        const small = await page.evaluate(smallText)
        const faint = await page.evaluate(faintText)
        const { buttons, ...others } = seen
        expect({ name, small, faint, ...others }).toEqual({
          name,
          small: [],
          faint: [],
          page: 400,
          cut: 0,
          strip: { x: 0, width: 400, height: 52 },
        })
        const place = String(buttons.length)
        expect({ name, buttons }).toEqual({ name, buttons: places.get(place) ?? buttons })
        places.set(place, buttons)
        await keep(page, colorScheme, name)
      }
      expect(complaints).toEqual([])
      await page.close()
    },
  )

  test('is looked at without colours', async (context) => {
    if (pictures === undefined) context.skip('nobody asks for pictures')
    const page = await open()
    expect(names.length).toBeGreaterThan(rows.length)
    const session = await wallet.context.newCDPSession(page)
    await session.send('Emulation.setEmulatedVisionDeficiency', { type: 'achromatopsia' })
    for (const name of names) {
      await show(page, name)
      await keep(page, 'grey', name)
    }
    await session.send('Emulation.setEmulatedVisionDeficiency', { type: 'none' })
    await page.emulateMedia({ forcedColors: 'active' })
    for (const name of names) {
      await show(page, name)
      await keep(page, 'forced', name)
    }
    await page.close()
  })

  test('approves half a second after it stood still, and not before', async () => {
    const page = await timed()
    await show(page, 'row-01')
    const approve = page.getByRole('button', { name: 'Approve' })
    const isOn = async () => (await approve.getAttribute('aria-disabled')) === 'false'
    await page.clock.runFor(499)
    expect(await isOn()).toBe(false)
    await approve.click({ force: true })
    expect(await pressed(page)).toEqual([])
    await page.clock.runFor(1)
    expect(await isOn()).toBe(true)

    await page.setViewportSize({ width: 410, height: 640 })
    await expect.poll(isOn).toBe(false)
    await page.clock.runFor(500)
    await expect.poll(isOn).toBe(true)
    await page.setViewportSize({ width: 400, height: 640 })
    await expect.poll(isOn).toBe(false)
    await page.clock.runFor(500)

    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await expect.poll(isOn).toBe(false)
    await page.clock.runFor(500)
    await approve.click()
    expect(await pressed(page)).toEqual([
      expect.stringMatching(/^decide "row-01" \{"approve":true,"hash":"c0ffee/),
    ])
    await page.close()
  })

  test('is approved by a hand, once', async () => {
    const page = await timed()
    await show(page, 'row-01')
    await page.clock.runFor(500)
    const approve = page.getByRole('button', { name: 'Approve' })
    await approve.evaluate((button) => {
      if (button instanceof HTMLElement) button.click()
      button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
      button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }))
      button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
      button.dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter', bubbles: true }))
    })
    expect(await pressed(page)).toEqual([])

    // Held since before, it repeats and begins nothing.
    await page.locator('h1').focus()
    await page.keyboard.down('Enter')
    await approve.focus()
    await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    expect(await pressed(page)).toEqual([])

    await approve.dblclick()
    expect((await pressed(page)).length).toBe(1)
    await page.close()
  })

  test('is rejected by Escape, which leaves the second step first', async () => {
    const page = await timed()
    await show(page, 'row-14')
    await page.clock.runFor(500)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Are you sure?' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    expect(await pressed(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await pressed(page)).toEqual(['decide "row-14" {"approve":false}'])
    await page.close()
  })

  test('asks for a word at high risk, which is typed and not pasted', async () => {
    const page = await timed()
    await show(page, 'row-03')
    await page.clock.runFor(500)
    await page.getByRole('button', { name: 'Continue' }).click()
    const approve = page.getByRole('button', { name: 'Approve' })
    const field = page.getByLabel('Type ETH to allow this')
    await page.clock.runFor(500)
    expect(await approve.getAttribute('aria-disabled')).toBe('true')
    await field.evaluate((input) =>
      input.dispatchEvent(
        new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: null }),
      ),
    )
    await page.getByText('Type it by hand.').waitFor()
    await field.pressSequentially('eth')
    await page.keyboard.press('Enter')
    expect(await pressed(page)).toEqual([])
    await page.clock.runFor(499)
    expect(await approve.getAttribute('aria-disabled')).toBe('true')
    await page.clock.runFor(1)
    await approve.click()
    expect(await pressed(page)).toEqual([expect.stringContaining('"approve":true')])
    await keep(page, 'light', 'second-word')
    await page.close()
  })

  test('asks for a second factor where the co-signer does, and for no word then', async () => {
    const page = await timed()
    await show(page, 'row-10')
    await page.clock.runFor(500)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor()
    await page.getByText('Look for number a1b2c3d4').first().waitFor()
    await keep(page, 'light', 'second-operator')
    await page.getByText('6-digit code').first().click()
    await page.getByRole('textbox', { name: '6-digit code' }).pressSequentially('123456')
    await page.keyboard.press('Enter')
    await page.clock.runFor(500)
    expect(await pressed(page)).toEqual([])
    await keep(page, 'light', 'second-code')
    await page.getByRole('button', { name: 'Approve' }).click()
    expect(await pressed(page)).toEqual(['prove "code"'])
    await page.close()
  })

  test('lets a fee and a limit be changed before anything is approved', async () => {
    const page = await timed()
    await show(page, 'row-08')
    await page.getByRole('button', { name: 'Change limit' }).click()
    await page.getByLabel('Amount in USDC').fill('250')
    await keep(page, 'light', 'sheet-limit')
    await page.getByRole('button', { name: 'Use this limit' }).click()
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await keep(page, 'light', 'sheet-fee')
    await page.getByRole('button', { name: /^. ?Fast/ }).click()
    expect(await pressed(page)).toEqual(['edit "limit"', 'edit "tier"'])
    await page.close()
  })

  test('is signed only after the end of a text was in view', async () => {
    const page = await timed()
    await show(page, 'message-long')
    await page.clock.runFor(500)
    const sign = page.getByRole('button', { name: 'Sign' })
    expect(await sign.getAttribute('aria-disabled')).toBe('true')
    await page.locator('main').evaluate((main) => main.scrollTo(0, main.scrollHeight))
    await page.getByText('Read to the end to go on.').waitFor({ state: 'detached' })
    await page.clock.runFor(500)
    await expect.poll(() => sign.getAttribute('aria-disabled')).toBe('false')
    await page.close()
  })

  test('shows that two machines talk only when it takes time', async () => {
    const page = await timed()
    await show(page, 'signing')
    await page.getByRole('heading', { name: 'Send 0.5 ETH to Ana', exact: true }).waitFor()
    await page.clock.runFor(399)
    expect(await page.locator('h1').textContent()).toBe('Send 0.5 ETH to Ana')
    await page.clock.runFor(1)
    await page.getByRole('heading', { name: 'Signing: Send 0.5 ETH to Ana' }).waitFor()
    expect(await page.getByText('Slower than usual.').count()).toBe(0)
    await page.clock.runFor(2_000)
    await page.getByText('Slower than usual.').waitFor()
    await page.close()
  })

  test('puts a result away after six seconds, unless somebody moves over it', async () => {
    const page = await timed()
    await show(page, 'sent')
    await page.clock.runFor(5_000)
    await page.mouse.move(200, 300)
    await page.clock.runFor(5_999)
    expect(await pressed(page)).toEqual([])
    await page.clock.runFor(1)
    expect(await pressed(page)).toEqual(['dismiss "sent"'])
    await page.close()
  })

  test('says what a limit has left, and what a refusal leaves', async () => {
    const page = await open()
    await show(page, 'row-01')
    const strip = page.locator('[data-strip]')
    expect(await strip.textContent()).toBe(
      'Co-signer: will signRule daily-eth. 1.5 of 2 ETH left today after this.',
    )
    await show(page, 'row-30')
    expect(await page.locator('dl').first().innerText()).toMatch(
      /Rule\s+daily-eth\s+Limit\s+2 ETH\s+Used\s+0.5 ETH\s+Left\s+1.5 ETH/,
    )
    expect(await page.getByText('Asked: send 3 ETH to Ana').count()).toBe(1)
    expect(await page.getByRole('button').count()).toBe(1)
    await page.close()
  })

  test('keeps its buttons and their words at twice the size', async () => {
    const page = await open()
    await page.setViewportSize({ width: 200, height: 320 })
    for (const name of names) {
      await show(page, name)
      const seen = await page.evaluate(() => ({
        page: document.documentElement.scrollHeight,
        top: document.querySelector('main')?.scrollTop,
        cut: [...document.querySelectorAll('footer button')].filter(
          ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
        ).length,
      }))
      expect({ name, ...seen }).toEqual({ name, page: 320, top: 0, cut: 0 })
    }
    await page.close()
  })

  test('finds a text that is too small or too faint', async () => {
    const page = await open()
    await show(page, 'row-01')
    await page.locator('h1').evaluate((title) => {
      if (title instanceof HTMLElement)
        Object.assign(title.style, { color: '#999', fontSize: '11px' })
    })
    expect(await page.evaluate(smallText)).toEqual(['Send 0.5 ETH to Ana'])
    expect(await page.evaluate(faintText)).toEqual([expect.stringContaining('Send 0.5 ETH to Ana')])
    await page.close()
  })

  /** A page whose time is the test's. */
  async function timed(): Promise<Page> {
    const page = await wallet.context.newPage()
    await page.clock.install()
    await page.goto(address)
    await page.setViewportSize({ width: 400, height: 640 })
    await page.clock.pauseAt(Date.now() + 60_000)
    await page.bringToFront()
    return page
  }
})

async function show(page: Page, name: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, name)
  await page.locator(`[data-shown="${name}"] h1`).waitFor()
}

const pressed = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { pressed: string[] }).pressed)

async function keep(page: Page, kind: string, name: string): Promise<void> {
  if (pictures === undefined) return
  const into = join(pictures, kind)
  mkdirSync(into, { recursive: true })
  await page.screenshot({ path: join(into, `${name}.png`) })
}
