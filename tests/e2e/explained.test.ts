/** What the approval window adds to a request: whom the wallet knows, and what a node says. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { press, question } from './person.ts'
import type { SitePage } from './site.ts'
import { type World, startWorld } from './world.ts'

const stranger = `0x${'12'.repeat(20)}`
const word = (value: bigint) => value.toString(16).padStart(64, '0')

describe.skipIf(!hasChromium)('an approval', () => {
  let world: World
  let site: SitePage
  let window: Page
  let from: string

  beforeAll(async () => {
    world = await startWorld()
    site = await world.openSite()
    const opened = world.wallet.context.waitForEvent('page')
    const connecting = site.evm('eth_requestAccounts')
    window = await opened
    await press(world, 'Connect')
    const [first] = (await connecting) as [string]
    from = first
    await world.anvil.setBalances(10n ** 18n, [from])
  })

  afterAll(() => world.close())

  const heading = (text: string) => window.getByRole('heading', { name: text, exact: true })

  test('says that an address is new, what the node would do, and what another fee costs', async () => {
    const value = `0x${(4n * 10n ** 17n).toString(16)}`
    const sending = site.evm('eth_sendTransaction', [{ from, to: stranger, value }])
    await heading('Send 0.4 ETH to a new address').waitFor()
    await window.getByText('You have never paid this address.').waitFor()
    await window.getByText('Preview from your node').waitFor()

    const before = await question(world)
    await window.getByRole('button', { name: 'Change', exact: true }).click()
    await window.getByText('Own', { exact: true }).click()
    await window.getByLabel('Most for each gas, in gwei').fill('40')
    await window.getByLabel('Tip for each gas, in gwei').fill('2.5')
    await window.getByRole('button', { name: 'Use these' }).click()
    await expect
      .poll(async () => hashOf(await question(world)), { timeout: 20_000 })
      .not.toBe(hashOf(before))
    // Five times of what is usual.
    await heading('Send 0.4 ETH and pay a 0.00084 ETH fee').waitFor()
    await press(world, 'Approve')
    const id = await sending
    await heading('Sent').waitFor()
    await world.anvil.mine()
    expect(await world.anvil.rpc('eth_getTransactionByHash', id)).toMatchObject({
      value,
      maxFeePerGas: '0x9502f9000',
      maxPriorityFeePerGas: '0x9502f900',
    })
  })

  test('says that nearly everything goes, and knows an address once it was paid', async () => {
    const value = `0x${(58n * 10n ** 16n).toString(16)}`
    const again = rejected(site.evm('eth_sendTransaction', [{ from, to: stranger, value }]))
    // Nine tenths of what is left, but to somebody who was paid before.
    await heading('Send 0.58 ETH to 0x1212..1212..1212').waitFor()
    await press(world, 'Reject')
    await again

    const to = `0x${'34'.repeat(20)}`
    const sending = rejected(site.evm('eth_sendTransaction', [{ from, to, value }]))
    await heading('Send almost all your ETH to a new address').waitFor()
    await window.getByRole('button', { name: 'Continue' }).waitFor()
    expect(await window.locator('[data-level]').getAttribute('data-level')).toBe('high')
    await press(world, 'Reject')
    await sending
  })

  test('lets less be taken than a site asks, which the co-signer judges anew', async () => {
    const token = `0x${'56'.repeat(20)}`
    const data = `0x095ea7b3${word(BigInt(stranger))}${word((1n << 256n) - 1n)}`
    const approving = rejected(site.evm('eth_sendTransaction', [{ from, to: token, data }]))
    await heading('Let a person, not a contract, take your 0x5656..5656').waitFor()
    await window.getByText('Rule unlimited-approvals.').waitFor()
    await window.getByRole('button', { name: 'Change limit' }).click()
    await window.getByLabel('Amount in').fill('250')
    await window.getByRole('button', { name: /^Allow 250/ }).click()
    await window.getByText('250 × 0x5656..5656').first().waitFor()
    const { state } = await question(world)
    expect(state).toMatchObject({
      at: 'shown',
      explained: { explanation: { intents: [{ kind: 'approve', amount: 250n }] } },
    })
    expect(await window.getByText('Rule unlimited-approvals.').count()).toBe(0)
    await press(world, 'Reject')
    await approving
  })

  test('refuses a login for another site, whatever is pressed', async () => {
    const text = [
      'bank.test wants you to sign in with your Ethereum account:',
      from,
      '',
      '',
      'URI: https://bank.test/login',
      'Version: 1',
      'Chain ID: 31337',
      'Nonce: 12345678',
      `Issued At: ${new Date().toISOString()}`,
    ].join('\n')
    const signing = rejected(site.evm('personal_sign', [text, from]))
    await heading('Refused: login for another site').waitFor()
    expect(await window.getByRole('button').count()).toBe(1)
    await press(world, 'Close')
    await signing
  })
})

/** What a site hears when nothing is signed. */
const rejected = (asked: Promise<unknown>) =>
  expect(asked).rejects.toThrow(/The user('s co-signer)? (rejected|refused) the request/)

function hashOf({ state }: Awaited<ReturnType<typeof question>>): string | undefined {
  return state.at === 'shown' ? state.explained?.hash : undefined
}
