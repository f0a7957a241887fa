/** Who can approve, and how: half a second, a hand, a word, a second factor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type Gallery, keep, pressed, show, startGallery } from './gallery.ts'

describe.skipIf(!hasChromium)('a hand on the approval window', () => {
  let gallery: Gallery

  beforeAll(async () => {
    gallery = await startGallery()
  })

  afterAll(async () => gallery.close())

  test('approves half a second after it stood still, and not before', async () => {
    const page = await gallery.timed()
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
    const page = await gallery.timed()
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
    const page = await gallery.timed()
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
    const page = await gallery.timed()
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
    const page = await gallery.timed()
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

    // Nobody answers: that is said, and another code can be shown.
    const field = page.getByRole('textbox', { name: '6-digit code' })
    const noAnswer = page.getByText('Your co-signer did not answer. Nothing was signed.')
    expect(await noAnswer.count()).toBe(0)
    await field.pressSequentially('000000')
    await page.clock.runFor(500)
    await page.getByRole('button', { name: 'Approve' }).click()
    await noAnswer.waitFor()
    expect(await field.inputValue()).toBe('')
    await keep(page, 'light', 'second-no-answer')
    await field.pressSequentially('123456')
    await page.clock.runFor(500)
    await page.getByRole('button', { name: 'Approve' }).click()
    await noAnswer.waitFor({ state: 'detached' })
    await page.close()
  })

  test('lets a fee and a limit be changed before anything is approved', async () => {
    const page = await gallery.timed()
    await show(page, 'row-08')
    await page.getByRole('button', { name: 'Change limit' }).click()
    await page.getByLabel('Amount in USDC').fill('250')
    await keep(page, 'light', 'sheet-limit')
    await page.getByRole('button', { name: 'Allow 250 USDC' }).click()
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await keep(page, 'light', 'sheet-fee')
    await page.getByRole('button', { name: /^Fast/ }).click()
    expect(await pressed(page)).toEqual(['edit "limit"', 'edit "tier"'])
    await page.close()
  })

  test('is signed only after the end of a text was in view', async () => {
    const page = await gallery.timed()
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
})
