import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import type { Page } from 'playwright-core'
import { EXTENSION, type Wallet, buildExtension, startWallet } from './wallet.ts'

let anvil: Anvil
let daemon: DaemonProcess
let wallet: Wallet
const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const site = createServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>dApp</title>'),
)

beforeAll(async () => {
  anvil = await startAnvil()
  daemon = await startWith(home, {
    chains: ['eip155:31337'],
    settings: `[listen]\norigins = ["chrome-extension://${EXTENSION}"]\n`,
  })
  wallet = await startWallet(buildExtension())
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  await wallet.close()
  await daemon.stop()
  await anvil.stop()
  site.close()
  rmSync(home, { recursive: true })
})

test('a site connects, has a message signed and sends a transaction', async () => {
  const screen = await wallet.open('onboarding.html')
  const call = async (method: string, ...args: unknown[]) => wallet.call(screen, method, ...args)
  let onboardingShots = 0
  const shot = async () => {
    onboardingShots += 1
    await screen.screenshot({ path: `/tmp/x/shots/onboarding-${onboardingShots}.png` })
  }
  await screen.setViewportSize({ width: 1000, height: 900 })
  await screen.getByLabel('Paste the pairing link').waitFor()
  await shot()
  await screen.getByLabel('Paste the pairing link').fill(daemon.link)
  await screen.getByRole('button', { name: 'Continue' }).click()
  await screen.getByLabel('Password, 12 characters or more').fill('correct horse battery')
  await screen.getByLabel('The same again').fill('correct horse battery')
  await shot()
  await screen.getByRole('button', { name: 'Continue' }).click()
  await screen.getByRole('button', { name: 'Show words' }).click()
  await shot()
  await call('makeWallet', { $: 'undefined' })
  await screen.reload()
  await screen.getByText('Your wallet is ready').waitFor()
  await call('choose', { _nodes: { '_eip155:31337': anvil.url }, _chains: { _evm: 'eip155:31337', _solana: 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1', _bitcoin: 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328' } })
  await screen.reload()
  await screen.getByText('Local Ethereum').waitFor()
  await shot()
  const page = await wallet.context.newPage()
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
  const ask = (method: string, params: unknown[] = []) =>
    page.evaluate(
      async ([name, given]) => {
        const provider = await new Promise<{ request(a: unknown): Promise<unknown> }>((resolve) => {
          addEventListener('eip6963:announceProvider', (event) =>
            resolve((event as CustomEvent<{ provider: { request(a: unknown): Promise<unknown> } }>).detail.provider),
          )
          dispatchEvent(new Event('eip6963:requestProvider'))
        })
        return provider.request({ method: name, params: given }).catch((error: unknown) => ({ failed: String(error), code: (error as { code?: number }).code }))
      },
      [method, params] as const,
    )
  let shots = 0
  const press = async (window: Page, name: string) => {
    const button = window.getByRole('button', { name, exact: true })
    await window.locator(`button[aria-disabled=false]`).filter({ hasText: name }).waitFor()
    shots += 1
    await window.setViewportSize({ width: 400, height: 640 })
    await window.emulateMedia({ colorScheme: 'dark' })
    await window.screenshot({ path: `/tmp/x/shots/${shots}-dark.png` })
    await window.emulateMedia({ colorScheme: 'light' })
    await window.screenshot({ path: `/tmp/x/shots/${shots}.png` })
    await window.locator(`button[aria-disabled=false]`).filter({ hasText: name }).waitFor()
    await button.click()
  }
  expect(await ask('eth_accounts')).toEqual([])
  const opening = wallet.context.waitForEvent('page')
  const connecting = ask('eth_requestAccounts')
  const window = await opening
  await press(window, 'Connect')
  const accounts = (await connecting) as string[]
  const signing = ask('personal_sign', ['0x68656c6c6f', accounts[0]])
  await press(window, 'Sign')
  console.log(await signing)
  await anvil.setBalances(10n ** 18n, [accounts[0]!])
  const sending = ask('eth_sendTransaction', [
    { from: accounts[0], to: `0x${'12'.repeat(20)}`, value: '0x6f05b59d3b20000' },
  ])
  await press(window, 'Approve')
  console.log(await sending)
  await anvil.mine()
  expect(await anvil.rpc('eth_getBalance', `0x${'12'.repeat(20)}`, 'latest')).toBe('0x6f05b59d3b20000')
})
