/** A passkey and a code as second factors, in the browser of the person who gives them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Anvil } from '../../packages/chains/test/evm/anvil.ts'
import { hasChromium } from '../browser/chromium.ts'
import { tandem } from '../daemon/daemon.ts'
import { limitRule, policyFile } from '../daemon/policies.ts'
import { inTerminal } from '../daemon/pty.ts'
import { codeAt } from '../daemon/totp.ts'
import { type Authenticator, authenticator } from './authenticator.ts'
import { listed, press, question } from './person.ts'
import type { SitePage } from './site.ts'
import type { Wallet } from './wallet.ts'
import { type World, startWorld } from './world.ts'

const ETHER = 10n ** 18n
const STRANGER = `0x${'12'.repeat(20)}`

type Proof = {
  readonly kind: 'passkey'
  readonly credentialId: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
}

describe.skipIf(!hasChromium)('a payment above the limit', () => {
  const root = mkdtempSync(join(tmpdir(), 'tandem-factor-'))
  let world: World
  let home: string
  let anvil: Anvil
  let wallet: Wallet
  let screen: Page
  let site: SitePage
  let from: string
  let keys: Authenticator
  const atWindows = new WeakMap<Page, Authenticator>()

  beforeAll(async () => {
    const policy = policyFile(root, 'limited', limitRule(ETHER / 10n, 'needs-factor'))
    world = await startWorld({ init: ['--sealing', 'key-file', '--policy', policy] })
    ;({ home, anvil, wallet, screen } = world)
    wallet.context.setDefaultTimeout(20_000)
    site = await world.openSite()
    const connecting = site.evm('eth_requestAccounts')
    await press(world, 'Connect')
    ;[from] = (await connecting) as [string]
    await anvil.setBalances(100n * ETHER, [from])
  })

  afterAll(async () => {
    await world?.close()
    rmSync(root, { recursive: true })
  })

  const pay = (ether: bigint) => {
    const value = `0x${(ether * ETHER).toString(16)}`
    const sending = site.evm('eth_sendTransaction', [{ from, to: STRANGER, value }])
    sending.catch(() => undefined)
    return sending
  }
  const approvalPage = () => wallet.context.pages().find((one) => one.url().includes('/approve.'))!
  const armed = (name: string) =>
    approvalPage().locator('button[aria-disabled=false]').filter({ hasText: name })

  /** To the second step, by this factor. */
  async function second(factor: 'Passkey' | '6-digit code'): Promise<Page> {
    const { id } = await question({ screen })
    // Results of before are put away.
    for (const one of await listed({ screen }))
      if (one.id !== id) await wallet.call(screen, 'dismiss', one.id)
    const window = approvalPage()
    await armed('Continue').click()
    await window.getByRole('heading', { name: 'Is it you?' }).waitFor()
    await window.getByRole('radio', { name: factor }).click()
    return window
  }

  /** The authenticator at a window, with the key that was made elsewhere. */
  async function keysAt(window: Page): Promise<Authenticator> {
    const known = atWindows.get(window)
    if (known) return known
    const here = await authenticator(window)
    for (const one of await keys.credentials()) await here.add(one)
    atWindows.set(window, here)
    return here
  }

  const mined = async (id: unknown) => {
    await anvil.mine()
    return anvil.rpc('eth_getTransactionReceipt', id)
  }

  test('is offered a passkey of this browser, which counts once it is accepted at the co-signer', async () => {
    const page = await wallet.open('app.html#/cosigner/passkeys')
    keys = await authenticator(page)
    await page.getByLabel('Name').fill('My key')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText("Accept it on your co-signer's machine").waitFor()
    const [, ...args] = (await page.locator('pre').textContent())!.split(' ')
    expect(args.slice(0, 2)).toEqual(['second-factor', 'accept'])
    expect(await tandem(home, args)).toMatchObject({ code: 0 })
    // The page hears it by itself.
    await page.getByText('Counts as a second factor').waitFor()
  })

  test('is signed with the passkey, whose answer is for that payment alone', async () => {
    const first = pay(1n)
    let window = await second('Passkey')
    const here = await keysAt(window)
    await window.evaluate(() => {
      const real = navigator.credentials.get.bind(navigator.credentials)
      navigator.credentials.get = async (wanted) => {
        const found = (await real(wanted)) as PublicKeyCredential
        const given = found.response as AuthenticatorAssertionResponse
        const bytes = (buffer: ArrayBuffer) => [...new Uint8Array(buffer)]
        Object.assign(globalThis, {
          given: [
            bytes(found.rawId),
            bytes(given.authenticatorData),
            bytes(given.clientDataJSON),
            bytes(given.signature),
          ],
        })
        return found
      }
    })
    // The person takes the finger away: nothing happens, and the window says so.
    await here.refuse()
    await armed('Approve').click()
    await window.getByText('No passkey was given. Nothing was signed.').waitFor()
    await here.remove()
    atWindows.delete(window)
    await keysAt(window)
    await armed('Approve').click()
    expect(await mined(await first)).toMatchObject({ status: '0x1' })
    const [credentialId, authenticatorData, clientData, signature] = await window.evaluate(() =>
      (globalThis as never as { given: number[][] }).given.map((one) => one),
    )
    const replayed: Proof = {
      kind: 'passkey',
      credentialId: Uint8Array.from(credentialId!),
      authenticatorData: Uint8Array.from(authenticatorData!),
      clientData: Uint8Array.from(clientData!),
      signature: Uint8Array.from(signature!),
    }

    const next = pay(2n)
    const { id } = await question({ screen })
    // The same answer again, for another payment.
    await wallet.call(screen, 'prove', id, replayed)
    expect((await question({ screen })).state).toMatchObject({
      proof: 'wrong',
      verdict: { decision: 'needs-factor' },
    })
    expect(await anvil.rpc('eth_getTransactionCount', from, 'latest')).toBe('0x1')
    // A fresh one is taken.
    window = await second('Passkey')
    await window.getByText('That was not right. Nothing was signed.').waitFor()
    await keysAt(window)
    await armed('Approve').click()
    expect(await mined(await next)).toMatchObject({ status: '0x1' })
  })

  test('is not signed with an answer of the passkey to something else', async () => {
    const paying = pay(3n)
    const window = await second('Passkey')
    await keysAt(window)
    await window.evaluate(() => {
      const real = navigator.credentials.get.bind(navigator.credentials)
      navigator.credentials.get = async (wanted) => {
        const challenge = crypto.getRandomValues(new Uint8Array(32))
        return real({ ...wanted, publicKey: { ...wanted!.publicKey!, challenge } })
      }
    })
    await armed('Approve').click()
    await window.getByText('That was not right. Nothing was signed.').waitFor()
    expect(await anvil.rpc('eth_getTransactionCount', from, 'latest')).toBe('0x2')
    await window.getByRole('button', { name: 'Reject' }).click()
    await expect(paying).rejects.toThrow('rejected the request')
  })

  test('takes the code of an app, typed in the second step, and no wrong one', async () => {
    const terminal = inTerminal(['second-factor', 'enrol', '--folder', home])
    const [, secret = ''] = await terminal.find(/or type: ([A-Z2-7]{32})/)
    await terminal.find(/Its code: /)
    terminal.type(`${codeAt(secret, Date.now() - 30_000)}\n`)
    expect(await terminal.ended).toBe(0)
    const paying = pay(4n)
    const window = await second('6-digit code')
    const code = () => codeAt(secret, Date.now() + 30_000)
    const wrong = (code() === '000000' ? '000001' : '000000').slice(0, 6)
    const field = window.getByRole('textbox', { name: '6-digit code' })
    // Three times: it says so each time, and signs nothing.
    for (let tries = 0; tries < 3; tries += 1) {
      await field.fill(wrong)
      await armed('Approve').click()
      await window.getByText('That was not right. Nothing was signed.').waitFor()
      await vi.waitUntil(async () => (await field.inputValue()) === '', { timeout: 20_000 })
    }
    expect(await anvil.rpc('eth_getTransactionCount', from, 'latest')).toBe('0x2')
    // Six digits alone submit nothing; five do not arm the button.
    await field.fill(code().slice(0, 5))
    expect(await armed('Approve').count()).toBe(0)
    await field.fill(code())
    await armed('Approve').click()
    expect(await mined(await paying)).toMatchObject({ status: '0x1' })
  })

  test('is offered a new passkey in the place of one that was removed at the co-signer', async () => {
    const page = await wallet.open('app.html#/cosigner/passkeys')
    // The control: until then it counts.
    await page.getByText('Counts as a second factor').waitFor()
    const { out } = await tandem(home, ['second-factor'])
    const [, id = ''] = /passkey (\S+) My-key/.exec(out) ?? []
    expect(await tandem(home, ['second-factor', 'remove', id])).toMatchObject({ code: 0 })
    await page.reload()
    await page.getByText('Removed at your co-signer. It counts no more.').waitFor()
    expect(await page.getByText('Counts as a second factor').count()).toBe(0)
    await page.getByRole('button', { name: 'Add a passkey' }).waitFor()
  })
})
