import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pack, unpack } from '../../extension/src/messages/wire-json.ts'
import { hasChromium } from '../browser/chromium.ts'
import { press } from './person.ts'
import { type World, chains, startWorld } from './world.ts'

const ANA = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'

type Extension = {
  chrome: {
    storage: {
      session: { set(items: object): Promise<void> }
      local: { get(name: string): Promise<Record<string, unknown>> }
    }
    alarms: {
      create(name: string, when: { when: number }): Promise<void>
      get(name: string): Promise<{ scheduledTime: number } | undefined>
    }
  }
}

describe.skipIf(!hasChromium)('the wallet, as its person arranged it,', () => {
  let world: World
  let page: Page

  beforeAll(async () => {
    world = await startWorld()
    world.wallet.context.setDefaultTimeout(15_000)
    page = await world.wallet.open('popup.html')
    await page.setViewportSize({ width: 360, height: 600 })
  })

  afterAll(() => world?.close())

  const at = (hash: string) => page.goto(`${page.url().split('#')[0]}#/${hash}`)

  test('has accounts that are added at once, named, hidden and chosen', async () => {
    // Adding one asks nobody: it works while the co-signer is away.
    await at('accounts')
    await page.getByRole('button', { name: 'Add account' }).click()
    await page.getByRole('button', { name: 'Rename: Account 2' }).click()
    await page.getByLabel('Name of the account').fill('Savings')
    await page.getByRole('button', { name: 'Save' }).click()
    await page
      .getByRole('button', { name: /Savings/ })
      .first()
      .click()
    await page.getByRole('link', { name: 'Savings' }).waitFor()
    await page.getByRole('link', { name: 'Receive' }).click()
    await page.getByText('Savings').waitFor()
    const [first, second] = await Promise.all(
      [0, 1].map((account) => world.wallet.call(world.screen, 'addressesOf', account)),
    )
    expect(first).not.toEqual(second)

    await at('accounts')
    await page.getByRole('button', { name: 'Rename: Savings' }).click()
    await page.getByRole('button', { name: 'Hide' }).click()
    await page.getByRole('button', { name: 'Hidden (1)' }).waitFor()
    await at('')
    await page.getByRole('link', { name: 'Account 1' }).waitFor()
  })

  test('keeps contacts, and no address with a typing error', async () => {
    await at('contacts')
    await page.getByRole('button', { name: 'Add contact' }).click()
    await page.getByLabel('Name').fill('Ana')
    await page.getByLabel('Address').fill(ANA.replace(/F$/, 'f'))
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('One character of this address is wrong').waitFor()
    // The background refuses it, too, whatever a screen lets through.
    await expect(
      world.wallet.call(page, 'keepContact', {
        name: 'Ana',
        family: 'evm',
        address: ANA.replace(/F$/, 'f'),
      }),
    ).rejects.toThrow('checksum')
    await page.getByLabel('Address').fill(ANA.toLowerCase())
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Remove: Ana' }).waitFor()
    expect(await page.getByRole('main').innerText()).toContain('71C7')

    // A contact is paid by name, and what was being written survives the popup.
    await at('send')
    await page.getByLabel('What').selectOption({ label: 'ETH . Local Ethereum' })
    await page.getByLabel('To', { exact: true }).fill('an')
    await page.getByRole('button', { name: /Ana/ }).click()
    await page.getByLabel('Amount').fill('0.125')
    await page.getByRole('status').getByText('Ana').waitFor()
    await page.reload()
    await page.getByRole('status').getByText('Ana').waitFor()
    expect(await page.getByLabel('Amount').inputValue()).toBe('0.125')
  })

  test('takes a node only for the network that it answers as', async () => {
    await at(`networks/${encodeURIComponent('eip155:11155111')}`)
    await page.getByLabel('Your own node').fill(world.anvil.url)
    await page.getByRole('button', { name: 'Check and use' }).click()
    await page.getByText(/answers as chain 31337, not 11155111/).waitFor()
    await at(`networks/${encodeURIComponent(chains.solana)}`)
    await page.getByRole('button', { name: 'Stop using it' }).click()
    await page.getByRole('button', { name: 'Stop using it' }).waitFor({ state: 'detached' })
    await page.getByLabel('Your own node').fill(world.anvil.url)
    await page.getByRole('button', { name: 'Check and use' }).click()
    await page.getByText(/does not answer as a node of Solana Devnet/).waitFor()
    await page.getByLabel('Your own node').fill(world.solana.url)
    await page.getByRole('button', { name: 'Check and use' }).click()
    await page.getByText('In use').waitFor()
    await at('')
    await expect(page.locator('main li', { hasText: 'SOL' }).innerText()).resolves.not.toContain(
      'did not answer',
    )
  })

  test('has no network with real money, whatever its screens ask for', async () => {
    await at('networks')
    await page.getByText('Networks with real money are left out').waitFor()
    expect(await page.getByText('Ethereum', { exact: true }).count()).toBe(0)
    const { wallet, screen, anvil } = world
    await wallet.call(screen, 'choosePart', { mainnet: true })
    const kept = await screen.evaluate(() =>
      (globalThis as never as Extension).chrome.storage.local.get('settings'),
    )
    expect(unpack(kept['settings'])).toMatchObject({ mainnet: false })
    await expect(wallet.call(screen, 'useNode', 'eip155:1', anvil.url)).rejects.toThrow(
      /chain: expected a network that this wallet offers/,
    )
    // The control: one that is offered is taken.
    await wallet.call(screen, 'useNode', 'eip155:31337', anvil.url)
    await page.reload()
    await page.getByText('Networks with real money are left out').waitFor()
    expect(await page.getByText('Ethereum', { exact: true }).count()).toBe(0)
  })

  test('lists the sites that are connected, and takes it back', async () => {
    const site = await world.openSite()
    const connecting = site.evm('eth_requestAccounts')
    await press(world, 'Connect')
    expect(await connecting).toHaveLength(1)
    await at('sites')
    await page.getByText(world.origin).waitFor()
    await page.getByRole('button', { name: `Disconnect: ${world.origin}` }).click()
    await page.getByText('No site is connected').waitFor()
    expect(await site.evm('eth_accounts')).toEqual([])
  })

  test('locks itself when nobody used it for as long as was chosen', async () => {
    await at('security')
    await page.getByText('5 minutes', { exact: true }).click()
    await page.waitForFunction(() => {
      const [radio] = document.querySelectorAll<HTMLInputElement>('input[value="5"]')
      return radio?.checked
    })
    const alarm = (usedMs: number) =>
      page.evaluate(
        async ([used, name]: readonly [string, string]) => {
          const { chrome } = globalThis as never as Extension
          await chrome.storage.session.set({ used: JSON.parse(used) as unknown })
          await chrome.alarms.create(name, { when: Date.now() })
        },
        [JSON.stringify(pack(Date.now() - usedMs)), 'auto-lock'] as const,
      )
    // Used a minute ago: the alarm comes too early, and nothing happens but that it is set anew.
    await alarm(60_000)
    await page.waitForFunction(async () => {
      const { chrome } = globalThis as never as Extension
      const set = await chrome.alarms.get('auto-lock')
      return set !== undefined && set.scheduledTime > Date.now() + 60_000
    })
    expect(await world.wallet.call(page, 'state')).toMatchObject({ lock: 'open' })
    await alarm(5 * 60_000 + 1)
    await page.getByRole('button', { name: 'Unlock' }).waitFor()
    expect(await world.wallet.call(page, 'state')).toMatchObject({ lock: 'locked' })
    await page.getByLabel('Password').fill('a password of a test')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByRole('heading', { name: 'Security' }).waitFor()
  })
})
