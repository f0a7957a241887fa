/** The wallet's own screens, in states that are rare: made up, in the shipped build. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import decodeQr from 'qr/decode.js'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { network } from '@tandem/chains'
import { pack } from '../../extension/src/messages/wire-json.ts'
import { hasChromium } from '../browser/chromium.ts'
import { keep } from './gallery.ts'
import {
  addresses,
  answerFromNowOn,
  cosigner,
  devnet,
  everyday,
  inspected,
  openMadeUp,
  sepolia,
  testnet4,
} from './made-up.ts'
import { payments } from './payments.ts'
import { faintText, overhang, pixelsOf, smallText } from './seen.ts'
import { type Wallet, startWallet } from './wallet.ts'

const chains = [sepolia, testnet4, devnet] as const
/** A nought that stands alone. */
const zero = /(?<![\d.])0(?![\d.])/
const at = Date.now() - 60_000

/** What is held on each chain, in its smallest units. */
const held = (amounts: Readonly<Partial<Record<string, bigint>>>, more: object = {}) =>
  Object.fromEntries(
    chains.flatMap((chain) => {
      const amount = amounts[chain]
      const { asset } = network(chain).native
      return amount === undefined
        ? []
        : [[`${chain}/0`, { at, amounts: [{ asset, amount }], ...more }]]
    }),
  )

const { settings } = everyday

/** How the co-signer's page looks in each of the states that stop everything, by its word. */
const troubles = [
  ['away', 'Away', { word: 'away', seenAt: at }],
  ['locked', 'Locked', { word: 'locked' }],
  ['version', 'Wrong version', { word: 'version', version: { ours: '0.4.0', theirs: '0.3.0' } }],
  ['misbehaved', 'Misbehaved', { word: 'misbehaved' }],
  [
    'rolled back',
    'History mismatch',
    { word: 'history', code: 'rollback', history: { shown: 7n, seen: 9n } },
  ],
] as const

/** What is said of each way to keep secrets, with a warning where a copy of the files may be enough. */
const sealings = [
  ['tpm', ['Keys sealed by TPM']],
  ['pkcs11', ['Keys sealed by a token']],
  ['passphrase', ['Keys sealed by a passphrase', 'can try passphrases']],
  ['key-file', ['Keys sealed by a key file', 'has its share']],
] as const

describe.skipIf(!hasChromium)('screens of the wallet', () => {
  let wallet: Wallet

  beforeAll(async () => {
    wallet = await startWallet()
  })

  afterAll(async () => wallet.close())

  const amounts = (page: Page) =>
    page.locator('main li').evaluateAll((rows) => rows.map((row) => row.textContent))

  test('home shows no zero that nobody has answered', async () => {
    const none = await openMadeUp(wallet, 'popup.html', {
      stored: { settings: { ...settings, nodes: {} } },
    })
    await none.getByText('No node is chosen, so nothing is known.').waitFor()
    expect((await amounts(none)).join()).not.toMatch(zero)
    await keep(none, 'wallet', 'home-no-node')
    await none.close()

    const loading = await openMadeUp(wallet, 'popup.html', { stored: { settings } })
    expect(await amounts(loading)).toHaveLength(3)
    expect((await amounts(loading)).join()).not.toMatch(zero)
    await loading.close()

    const one = held({ [sepolia]: 1_204n * 10n ** 15n, [devnet]: 0n })
    const failing = {
      ...one,
      [`${testnet4}/0`]: { amounts: [], trouble: 'unreachable' },
    }
    const partial = await openMadeUp(wallet, 'popup.html', {
      stored: { settings, holdings: failing },
    })
    const rows = await amounts(partial)
    expect(rows[0]).toContain('1.204')
    expect(rows.find((row) => row?.includes('Bitcoin'))).not.toMatch(zero)
    // The control: what a node said is nothing is shown as nothing.
    expect(rows.find((row) => row?.includes('Solana'))).toMatch(zero)
    await keep(partial, 'wallet', 'home-partial')
    await partial.close()
  })

  test('home holds two hundred assets, and what is below stays where it is', async () => {
    const tokens = Array.from({ length: 200 }, (_one, number) => ({
      asset: `${sepolia}/erc20:0x${number.toString(16).padStart(40, '0')}`,
      symbol: `TOKEN${number}`,
      decimals: 6,
    }))
    const page = await openMadeUp(wallet, 'popup.html', {
      stored: { settings, tokens, holdings: held({ [sepolia]: 1n }) },
    })
    expect(await amounts(page)).toHaveLength(203)
    const { width, foot } = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      foot: document.querySelector('nav')?.getBoundingClientRect().bottom,
    }))
    expect({ width, foot }).toEqual({ width: 360, foot: 600 })
    await page.close()
  })

  const alerts = new Map<string, string>()

  test.each(troubles)(
    'a co-signer that is %s looks like nothing else',
    async (name, word, more) => {
      const page = await openMadeUp(wallet, 'popup.html#/cosigner', { cosigner: more })
      await page.getByRole('alert').first().waitFor()
      expect(await page.getByRole('status').first().textContent()).toContain(word)
      const text = (await page.getByRole('alert').first().textContent()) ?? ''
      // Of two that look alike the later one says so.
      expect([...alerts.values()]).not.toContain(text)
      alerts.set(name, text)
      await keep(page, 'wallet', `cosigner-${name}`)
      await page.close()
    },
  )

  test.each(sealings)('a co-signer says how it seals its secrets: %s', async (sealing, words) => {
    const page = await openMadeUp(wallet, 'popup.html#/cosigner', {
      cosigner: { inspected: { ...inspected, sealing } },
    })
    for (const sentence of words) await page.getByText(sentence).waitFor()
    expect(await page.getByText('Whoever copies its files').count()).toBe(words.length - 1)
    await keep(page, 'wallet', `cosigner-sealed-${sealing}`)
    await page.close()
  })

  test('devices of a co-signer that is away are those that it named last', async () => {
    const away = { word: 'away', seenAt: at, inspected: { ...inspected, at } } as const
    const page = await openMadeUp(wallet, 'popup.html#/cosigner', { cosigner: away })
    await page.getByRole('link', { name: 'Devices This browser, Work laptop' }).click()
    await page.getByText('Last heard').waitFor()
    expect(await page.locator('pre').allTextContents()).toEqual(
      inspected.devices.map(({ id }) => `tandem devices revoke ${id.slice(0, 8)}`),
    )
    await keep(page, 'wallet', 'cosigner-devices-away')
    await page.close()
  })

  test.each(['light', 'dark'] as const)('a code of each chain scans: %s', async (theme) => {
    const page = await openMadeUp(wallet, 'popup.html#/receive', { theme, stored: { settings } })
    for (const { chain, addresses: all } of addresses) {
      await page
        .locator('label')
        .filter({ has: page.locator(`input[value="${chain}"]`) })
        .click()
      for (const { type, address } of all) {
        const kind = page.locator(`input[value="${type}"]`)
        if (all.length > 1) await page.locator('label').filter({ has: kind }).click()
        await page.getByRole('img', { name: address }).waitFor()
        expect(decodeQr(await pixelsOf(page))).toBe(address)
      }
    }
    await keep(page, `wallet-${theme}`, 'receive')
    await page.close()
  })

  test.each(['light', 'dark'] as const)('what becomes of payments is said: %s', async (theme) => {
    const stored = { ...everyday, activity: payments }
    const list = await openMadeUp(wallet, 'popup.html#/activity', { theme, stored })
    const rows = await list.locator('main li').allInnerTexts()
    for (const [place, word] of ['Waiting', 'Being replaced', 'Failed', 'Confirmed'].entries())
      expect(rows[place]).toContain(word)
    await keep(list, `wallet-${theme}`, 'activity-fates')
    await list.close()

    const one = await openMadeUp(wallet, 'popup.html#/activity/first', { theme, stored })
    await one.getByText('Being replaced').waitFor()
    const seen = [await one.evaluate(smallText), await one.evaluate(faintText)]
    expect(seen).toEqual([[], []])
    await keep(one, `wallet-${theme}`, 'activity-being-replaced')
    await one.close()
  })

  test.each(['light', 'dark'] as const)('every place is readable: %s', async (theme) => {
    for (const place of [
      '',
      'cosigner',
      'cosigner/devices',
      'cosigner/timing',
      'cosigner/shares',
      'accounts',
      'send',
      'activity',
      'settings',
      'networks',
      'contacts',
      'security',
      'about',
      'tokens',
      'sites',
      'receive',
    ]) {
      const page = await openMadeUp(wallet, `popup.html#/${place}`, {
        theme,
        stored: everyday,
        cosigner,
        answers: { feesOf: { slow: 1n, normal: 2n, fast: 3n } },
      })
      const seen = {
        small: await page.evaluate(smallText),
        faint: await page.evaluate(faintText),
        width: await page.evaluate(() => document.documentElement.scrollWidth),
      }
      expect({ place, ...seen }).toEqual({ place, small: [], faint: [], width: 360 })
      await keep(page, `wallet-${theme}`, place.replace('/', '-') || 'home')
      await page.close()
    }
  })

  test.each([
    [360, 'tabs below'],
    [400, 'tabs below'],
    [720, 'tabs beside'],
    [1024, 'list beside'],
    [1280, 'list beside'],
  ] as const)('a tab of %i pixels has its %s', async (width, way) => {
    const size = { width, height: 640 }
    for (const [place, list, chosen] of [
      ['networks', 'Settings', 'Networks'],
      ['cosigner/policy', 'Co-signer', 'Policy'],
    ] as const) {
      const page = await openMadeUp(wallet, `app.html#/${place}`, { size, stored: everyday })
      await page.getByRole('heading', { level: 1, name: chosen }).waitFor()
      const { x, y, width: wide } = (await page.locator('nav').boundingBox())!
      const isBelow = y > 500 && x === 0 && wide === width
      const hasList = (await page.getByRole('heading', { level: 1, name: list }).count()) === 1
      const hasWayBack = (await page.getByRole('link', { name: 'Back', exact: true }).count()) === 1
      expect({ place, isBelow, hasList, hasWayBack, cut: await overhang(page) }).toEqual({
        place,
        isBelow: way === 'tabs below',
        hasList: way === 'list beside',
        hasWayBack: way !== 'list beside',
        cut: 0,
      })
      await keep(page, 'wide', `${width}-${place.replace('/', '-')}`)
      await page.close()
    }
  })

  test('what a build is stands where it can be compared, by its own list of files', async () => {
    const folder = process.env['TANDEM_EXTENSION'] ?? ''
    const list = readFileSync(join(folder, 'files.sha256'))
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    const page = await openMadeUp(wallet, 'popup.html#/about', { stored: everyday })
    await page
      .getByText(
        digest(list)
          .match(/.{1,4}/g)!
          .join(' '),
      )
      .waitFor()
    // The list is of the files that are there.
    const background = readFileSync(join(folder, 'background.js'))
    expect(list.toString()).toContain(`${digest(background)}  background.js`)
    await page.close()
  })

  test('an address that nobody could look at ends the wait, and the next press looks again', async () => {
    const to = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
    const page = await openMadeUp(wallet, 'app.html#/send', { stored: everyday })
    await page.getByLabel('To', { exact: true }).fill(to)
    await page.getByLabel('Amount').fill('0.1')
    const review = page.getByRole('button', { name: 'Review' })
    await review.click()
    await page.getByText('Press Review to try again.').waitFor()
    // In vain once more: nothing goes on by itself, and it can be pressed again.
    await review.click()
    await page.getByText('Press Review to try again.').waitFor({ state: 'detached' })
    await page.getByText('Press Review to try again.').waitFor()
    await keep(page, 'wallet', 'send-not-looked')

    const sent = await page.evaluateHandle(
      answerFromNowOn,
      JSON.stringify({ recipient: pack({ address: to, isPaid: true }), send: pack(undefined) }),
    )
    await review.click()
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
    expect((await sent.jsonValue()).filter((method) => method === 'send')).toHaveLength(1)
    await page.close()
  })

  test('names and amounts are whole, however long they are', async () => {
    const symbol = 'DONAUDAMPFSCHIFFFAHRTSGESELLSCHAFTSKAPIT'
    const name = 'AnAccountWhoseNameHasNoSpaceAndGoesOnAndOnToSixtyFourCharacters!'
    const token = { asset: `${sepolia}/erc20:0x${'11'.repeat(20)}`, symbol, decimals: 0 }
    const amount = 10n ** 70n
    const stored = {
      ...everyday,
      tokens: [token],
      accounts: { current: 0, named: { 0: name }, hidden: [] },
      contacts: [{ name: symbol, family: 'evm', address: `0x${'22'.repeat(20)}` }],
      sites: {
        [`https://${'long-'.repeat(12)}name.test`]: {
          since: at,
          given: { evm: { chain: sepolia, accounts: [0] } },
        },
      },
      holdings: { [`${sepolia}/0`]: { at, amounts: [{ asset: token.asset, amount }] } },
    }
    for (const [place, whole] of [
      ['', [symbol, amount.toLocaleString('en')]],
      ['accounts', [name]],
      ['tokens', [symbol]],
      ['contacts', [symbol]],
      ['sites', [`${'long-'.repeat(12)}name.test`, name]],
    ] as const) {
      const page = await openMadeUp(wallet, `popup.html#/${place}`, { stored })
      for (const text of whole) {
        const box = page.locator('li').filter({ hasText: text }).first()
        await box.waitFor()
        const cut = await box.evaluate((row, wanted) => {
          const right = row.getBoundingClientRect().right
          return [row, ...row.querySelectorAll('*')].filter((one) => {
            if (!one.textContent?.includes(wanted)) return false
            const isHidden = one.scrollWidth > one.clientWidth && one.clientWidth > 0
            return isHidden || one.getBoundingClientRect().right > right
          }).length
        }, text)
        expect({ place, text, cut }).toEqual({ place, text, cut: 0 })
      }
      expect(await overhang(page)).toBe(0)
      await keep(page, 'wallet', `long-${place || 'home'}`)
      await page.close()
    }
  })
})
