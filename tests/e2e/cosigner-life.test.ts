/** A browser whose co-signer stops, moves on, is restored, asks for more, and turns it away. */
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Approval } from '../../extension/src/messages/approval.ts'
import { hasChromium } from '../browser/chromium.ts'
import { type DaemonProcess, startWith, tandem } from '../daemon/daemon.ts'
import { policyFile } from '../daemon/policies.ts'
import { inTerminal } from '../daemon/pty.ts'
import { codeAt } from '../daemon/totp.ts'
import { asked, press } from './person.ts'
import type { SitePage } from './site.ts'
import type { Wallet } from './wallet.ts'
import { type World, chains, startWorld } from './world.ts'

/** Typed data is asked for, and logins are refused: no rule is about them. */
const asksForTypedData = `
[[rules]]
rule = "acts"
name = "words"
decision = "needs-factor"
acts = ["typed-data"]
`

/** Of a kind that no co-signer knows. */
const typedData = JSON.stringify({
  domain: { name: 'Test', chainId: 31337 },
  types: {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'chainId', type: 'uint256' },
    ],
    Note: [{ name: 'text', type: 'string' }],
  },
  primaryType: 'Note',
  message: { text: 'hello' },
})

describe.skipIf(!hasChromium)('a co-signer', () => {
  const root = mkdtempSync(join(tmpdir(), 'tandem-life-'))
  let world: World
  let home: string
  let daemon: DaemonProcess
  let port: string
  let wallet: Wallet
  let screen: Page
  let site: SitePage
  let from: string

  const startAgain = async () => {
    daemon = await startWith(home, { options: ['--port', port] })
  }
  const restored = async (folder: string) => {
    await daemon.stop()
    rmSync(home, { recursive: true })
    cpSync(folder, home, { recursive: true })
    chmodSync(home, 0o700)
    await startAgain()
  }

  beforeAll(async () => {
    const policy = policyFile(root, 'asks', asksForTypedData)
    const init = ['--sealing', 'key-file', '--policy', policy]
    world = await startWorld({ chains: [chains.evm], init })
    ;({ home, daemon, wallet, screen } = world)
    port = daemon.address.split(':').at(-1)!
    site = await world.openSite()
    const connecting = site.evm('eth_requestAccounts')
    await press(world, 'Connect')
    ;[from] = (await connecting) as [string]
  })

  afterAll(async () => {
    await daemon?.stop()
    await world?.close()
    rmSync(root, { recursive: true })
  })

  const state = async (word: string) => {
    await vi.waitUntil(
      async () => {
        const view = (await wallet.call(screen, 'cosigner')) as { word: string }
        return view.word === word
      },
      { timeout: 40_000, interval: 100 },
    )
  }

  /** What is asked, once the co-signer has said what it thinks of it; or why it has not. */
  const shown = (decision: string): Promise<Approval> =>
    vi.waitUntil(
      async () => {
        const [first] = await asked({ screen })
        if (first?.state.at !== 'shown') return undefined
        const { verdict, trouble } = first.state
        return verdict?.decision === decision || trouble === decision ? first : undefined
      },
      { timeout: 40_000, interval: 100 },
    )
  const decide = (id: string, decision: object) => wallet.call(screen, 'decide', id, decision)
  const say = (text: string) => {
    const answer = site.evm('personal_sign', [`0x${Buffer.from(text).toString('hex')}`, from])
    answer.catch(() => undefined)
    return answer
  }
  const agree = async () => {
    const { id, state: at } = await shown('allow')
    await decide(id, { approve: true, hash: at.at === 'shown' && at.explained?.hash })
  }

  test('refreshes the shares when its person allows it, and the addresses stay', async () => {
    const page = await wallet.open('app.html#/cosigner/shares')
    await page.getByText('Generation 0', { exact: true }).waitFor()
    const command = await page.locator('pre').textContent()
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByText('This page notices by itself').waitFor()
    const [, ...args] = command!.split(' ')
    expect(await tandem(home, args)).toMatchObject({ code: 0 })
    await page.getByText('Old shares are now useless').waitFor()
    await page.getByText('Generation 1', { exact: true }).waitFor()
    await page.close()
    const signing = say('after the refresh')
    await agree()
    expect(await signing).toMatch(/^0x[0-9a-f]{130}$/)
    expect(await site.evm('eth_accounts')).toEqual([from])
  })

  test('says how long signatures took, also when the engine began anew', async () => {
    const signing = say('as fast as it can be')
    await agree()
    await signing
    const page = await wallet.open('app.html#/cosigner/timing')
    const row = page.getByRole('row', { name: /^Ethereum, SegWit( \d+){4}$/ })
    const before = await row.innerText()
    await page.evaluate(() => {
      type Offscreen = { chrome: { offscreen: { closeDocument(): Promise<void> } } }
      return (globalThis as never as Offscreen).chrome.offscreen.closeDocument()
    })
    await page.reload()
    await row.waitFor()
    expect(await row.innerText()).toBe(before)
    await page.close()
    await state('ready')
  })

  test('that stops is away, and is met again by itself', async () => {
    const page = await wallet.open('app.html#/cosigner')
    await page.getByText('Ready').waitFor()
    await daemon.stop()
    await page.getByText('Nothing can be signed until it does').waitFor()
    await startAgain()
    await page.getByText('Ready').waitFor()
    expect(await page.getByText('Nothing can be signed').count()).toBe(0)
    await page.close()
  })

  test('whose older copy runs is found out, and signs nothing', async () => {
    const early = join(root, 'early')
    await daemon.stop()
    cpSync(home, early, { recursive: true })
    await startAgain()
    await state('ready')
    const signing = say('the last before')
    await agree()
    await signing
    await restored(early)
    const page = await wallet.open('app.html#/cosigner')
    await page.getByText('It may run from an old backup').waitFor()
    const refused = say('with the copy')
    const { id } = await shown('rollback')
    await decide(id, { approve: false })
    await expect(refused).rejects.toThrow('rejected the request')
    // Its person goes on with it by new shares.
    await page.getByRole('button', { name: 'I restored it. Make new shares' }).click()
    const command = await page.locator('pre').textContent()
    const [, ...args] = command!.split(' ')
    expect(await tandem(home, args)).toMatchObject({ code: 0 })
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByText('Old shares are now useless').waitFor()
    await page.close()
    const again = say('after it')
    await agree()
    expect(await again).toMatch(/^0x/)
  })

  test('refuses what no rule allows', async () => {
    const { host } = new URL(site.page.url())
    const text = `${host} wants you to sign in with your Ethereum account:\n${from}\n\n\nURI: http://${host}\nVersion: 1\nChain ID: 31337\nNonce: abcdefgh\nIssued At: ${new Date().toISOString()}`
    const login = say(text)
    const { id, state: at } = await shown('deny')
    expect(at).toMatchObject({ verdict: { rule: 'default-deny' } })
    await decide(id, { approve: true, hash: at.at === 'shown' && at.explained?.hash })
    await decide(id, { approve: false })
    await expect(login).rejects.toThrow('refused the request')
  })

  test('hears its person at its own machine, and signs then', async () => {
    const typed = site.evm('eth_signTypedData_v4', [from, typedData])
    const { question } = await shown('needs-factor')
    const requestId = question.kind === 'sign' ? question.requestId : ''
    const page = await wallet.open('app.html#/cosigner')
    await page.getByText(`Rule words, number ${requestId.slice(0, 8)}`).waitFor()
    expect(await tandem(home, ['approve', requestId.slice(0, 8), '--yes'])).toMatchObject({
      code: 0,
    })
    // Nobody asked it: it says so by itself.
    await agree()
    expect(await typed).toMatch(/^0x[0-9a-f]{130}$/)
    await page.close()
  })

  test('tells of another policy, until somebody has looked', async () => {
    const file = policyFile(home, 'other', asksForTypedData.replace('words', 'typed'))
    expect(await tandem(home, ['policy', 'set', file, '--yes'])).toMatchObject({ code: 0 })
    const page = await wallet.open('app.html#/cosigner')
    await page.getByText('The policy will change').waitFor()
    await page.getByRole('link', { name: 'Look at it' }).click()
    await page.getByText('typed: Asks for a second factor').waitFor()
    await page.getByRole('button', { name: 'I have seen it' }).click()
    await page.getByText('The policy will change').waitFor({ state: 'detached' })
    await page.getByText('Ready').waitFor()
    await page.close()
  })

  test('takes a code of an app, and no wrong one', async () => {
    const terminal = inTerminal(['second-factor', 'enrol', '--folder', home])
    const [, secret = ''] = await terminal.find(/or type: ([A-Z2-7]{32})/)
    await terminal.find(/Its code: /)
    // The code of now is left for the request.
    terminal.type(`${codeAt(secret, Date.now() - 30_000)}\n`)
    expect(await terminal.ended).toBe(0)
    const typed = site.evm('eth_signTypedData_v4', [from, typedData])
    const { id } = await shown('needs-factor')
    const code = codeAt(secret, Date.now() + 30_000)
    const wrong = code === '000000' ? '000001' : '000000'
    await wallet.call(screen, 'prove', id, { kind: 'code', code: wrong })
    expect((await shown('needs-factor')).state).toMatchObject({ proof: 'wrong' })
    await wallet.call(screen, 'prove', id, { kind: 'code', code })
    await agree()
    expect(await typed).toMatch(/^0x[0-9a-f]{130}$/)
  })

  test('turns a browser away that was removed while it was connected', async () => {
    const page = await wallet.open('app.html#/cosigner')
    await page.getByText('Ready').waitFor()
    await page.getByText('Keys sealed by a key file').waitFor()
    await page.getByRole('link', { name: 'Devices This browser' }).click()
    await page.getByText('Last signed').waitFor()
    const command = await page.locator('pre').textContent()
    await page.goto(page.url().replace('/devices', ''))
    await page.getByText('Ready').waitFor()
    const [, ...args] = command!.split(' ')
    expect(await tandem(home, [...args, '--yes'])).toMatchObject({ code: 0 })
    await page.getByText('This browser was removed from the wallet').waitFor()
    const refused = say('too late')
    const { id } = await shown('revoked')
    await decide(id, { approve: false })
    await expect(refused).rejects.toThrow('rejected the request')
    await page.close()
  })
})
