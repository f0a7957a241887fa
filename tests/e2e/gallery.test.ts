/** What each request says, in one sentence and at one level. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type Gallery, keep, pictures, show, startGallery } from './gallery.ts'

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
  let gallery: Gallery

  beforeAll(async () => {
    gallery = await startGallery()
  })

  afterAll(async () => gallery.close())

  test('is no part of a release', () => {
    const release = process.env['TANDEM_EXTENSION'] ?? ''
    expect(existsSync(join(release, 'approve.html'))).toBe(true)
    expect(existsSync(join(gallery.extension, 'gallery.html'))).toBe(true)
    const files = readdirSync(release, { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => file.includes('gallery'))).toEqual([])
  })

  test('says what each request does in one sentence, at its level', async () => {
    const page = await gallery.open()
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

  test('is looked at without colours', async (context) => {
    if (pictures === undefined) context.skip('nobody asks for pictures')
    const page = await gallery.open()
    expect(gallery.names.length).toBeGreaterThan(rows.length)
    const session = await gallery.wallet.context.newCDPSession(page)
    await session.send('Emulation.setEmulatedVisionDeficiency', { type: 'achromatopsia' })
    for (const name of gallery.names) {
      await show(page, name)
      await keep(page, 'grey', name)
    }
    await session.send('Emulation.setEmulatedVisionDeficiency', { type: 'none' })
    await page.emulateMedia({ forcedColors: 'active' })
    for (const name of gallery.names) {
      await show(page, name)
      await keep(page, 'forced', name)
    }
    await page.close()
  })

  test('says what a limit has left, and what a refusal leaves', async () => {
    const page = await gallery.open()
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
})
