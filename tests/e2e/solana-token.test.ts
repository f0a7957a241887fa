/** A token of Solana in the wallet's own screens: found by its mint, named by its person, held and paid. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountView } from '../../extension/src/messages/engine.ts'
import { associated } from '../../packages/chains/test/solana/addresses.ts'
import { type Mint, give, mint } from '../../packages/chains/test/solana/fixture.ts'
import { key } from '../../packages/chains/test/solana/svm.ts'
import { hasChromium } from '../browser/chromium.ts'
import { policyFile } from '../daemon/policies.ts'
import { approvalWindow, press, question } from './person.ts'
import { type World, chains, startWorld } from './world.ts'

const RULES = `
[[rules]]
rule = "acts"
name = "more"
decision = "allow"
acts = ["open-account", "claimed", "empty"]
`

describe.skipIf(!hasChromium)('a token of Solana', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-policy-'))
  let world: World
  let page: Page
  let own: string
  let usd: Mint

  beforeAll(async () => {
    const policy = policyFile(folder, 'paying', RULES)
    world = await startWorld({ init: ['--sealing', 'key-file', '--policy', policy] })
    world.wallet.context.setDefaultTimeout(15_000)
    const views = (await world.wallet.call(world.screen, 'addressesOf', 0)) as AccountView[]
    own = views.find(({ chain }) => chain === chains.solana)?.addresses[0]?.address ?? ''
    const bank = key('bank')
    world.vm.airdrop(bank.address, 10n ** 10n)
    world.vm.airdrop(own, 10n ** 9n)
    usd = mint(world.vm, bank, 'usd')
    give(world.vm, usd, own, 5_000_000n)
    page = await world.wallet.open('app.html#/tokens')
  })

  afterAll(async () => {
    await world?.close()
    rmSync(folder, { recursive: true })
  })

  const at = (hash: string) => page.goto(`${page.url().split('#')[0]}#/${hash}`)
  const balance = (owner: string) => {
    const data = world.vm.account(associated(owner, usd.address))?.data
    return data ? Buffer.from(data).readBigUInt64LE(64) : 0n
  }

  test('is found by its mint, and shown by the name that its person gives it', async () => {
    await page.getByLabel('Network').selectOption(chains.solana)
    await page.getByLabel('Address of the token').fill(own)
    await page.getByRole('button', { name: 'Look it up' }).click()
    await page.getByText('No token answers at this address.').waitFor()
    await page.getByLabel('Address of the token').fill(usd.address)
    await page.getByRole('button', { name: 'Look it up' }).click()
    await page.getByText('A token with 6 decimals.').waitFor()
    await page.getByRole('button', { name: 'Add token' }).click()
    await page.getByText('Letters and digits, at most 12.').waitFor()
    await page.getByLabel('Your name for it').fill('USDX')
    await page.getByRole('button', { name: 'Add token' }).click()
    await page.getByRole('button', { name: 'Remove' }).waitFor()
    await at('')
    const row = page.locator('main li', { hasText: 'USDX' })
    await row.getByText('5', { exact: true }).waitFor()
    expect(await row.count()).toBe(1)
  })

  test('is paid, to the unit that the screen says, to who never had one', async () => {
    const payee = key('who never had one').address
    await at(`send/${encodeURIComponent(`${chains.solana}/token:${usd.address}`)}`)
    await page.getByLabel('To', { exact: true }).fill(payee)
    await page.getByLabel('Amount').fill('1.25')
    await page.getByText('New address').waitFor()
    await page.getByRole('button', { name: 'Review' }).click()
    await question(world)
    const window = await approvalWindow(world.wallet.context)
    await window.getByRole('heading', { name: 'Send 1.25 USDX' }).waitFor()
    const changes = window.locator('section').filter({ hasText: 'What will change' })
    expect(await changes.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/-\s+1\.25 USDX/),
      expect.stringMatching(/SOL/),
      expect.stringMatching(/SOL/),
    ])
    await press(world, 'Approve')
    await page.getByRole('link', { name: 'Send 1.25 USDX' }).click()
    await page.getByRole('status').filter({ hasText: 'Confirmed' }).waitFor()
    expect([balance(payee), balance(own)]).toEqual([1_250_000n, 3_750_000n])
  })
})
