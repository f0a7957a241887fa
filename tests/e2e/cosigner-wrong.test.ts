/** Co-signers that are not what they were: each has a screen of its own, one way on, and signs nothing. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DECODERS } from '@tandem/chains'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Approval } from '../../extension/src/messages/approval.ts'
import { hasChromium } from '../browser/chromium.ts'
import { logOf } from '../daemon/control.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { type Change, otherCosigner } from './other-cosigner.ts'
import { asked, press } from './person.ts'
import type { SitePage } from './site.ts'
import type { Wallet } from './wallet.ts'
import { type World, chains, startWorld } from './world.ts'

/** Where to keep pictures for people to look at. */
const pictures = process.env['TANDEM_PICTURES']

const LATER: Change[] = [
  ['const version = "0.0.0"', 'const version = "9.9.9"'],
  [
    'protocol: PROTOCOL,\n\t\tdecoders: parts',
    'protocol: "tandem-dkls23-v2",\n\t\tdecoders: parts',
  ],
]
const OTHER_DECODERS: Change[] = [[`"${DECODERS}"`, `"${'0'.repeat(64)}"`]]
const GARBAGE: Change[] = [
  [
    'body: encodeControl(message)',
    'body: message.type === "verdict" ? new Uint8Array(40).fill(255) : encodeControl(message)',
  ],
]
const OTHER_BYTES: Change[] = [
  ['\t\thash,\n\t\tpayload,\n\t\tdecision', '\t\thash,\n\t\tpayload: hash,\n\t\tdecision'],
]

describe.skipIf(!hasChromium)('a co-signer that is wrong', () => {
  const root = mkdtempSync(join(tmpdir(), 'tandem-wrong-'))
  let world: World
  let home: string
  let daemon: DaemonProcess
  let port: string
  let wallet: Wallet
  let screen: Page
  let page: Page
  let site: SitePage
  let from: string

  const ready = () => page.getByRole('status').filter({ hasText: /^Ready/ })
  const start = async (program?: string) => {
    daemon = await startWith(home, { options: ['--port', port], ...(program && { program }) })
  }
  const runs = async (program?: string) => {
    await daemon.stop()
    await start(program)
  }
  const folderIs = (folder: string) => {
    rmSync(home, { recursive: true })
    cpSync(folder, home, { recursive: true })
    chmodSync(home, 0o700)
  }

  beforeAll(async () => {
    world = await startWorld({ chains: [chains.evm] })
    ;({ home, daemon, wallet, screen } = world)
    port = daemon.address.split(':').at(-1)!
    site = await world.openSite()
    const connecting = site.evm('eth_requestAccounts')
    await press(world, 'Connect')
    ;[from] = (await connecting) as [string]
    page = await wallet.open('app.html#/cosigner')
    await page.getByText('Ready').waitFor()
  })

  afterAll(async () => {
    await daemon?.stop()
    await world?.close()
    rmSync(root, { recursive: true, force: true })
  })

  const say = (text: string) => {
    const answer = site.evm('personal_sign', [text, from])
    answer.catch(() => undefined)
    return answer
  }
  const shown = (isIt: (state: Approval['state'] & { at: 'shown' }) => boolean) =>
    vi.waitUntil(
      async () => {
        const [first] = await asked({ screen })
        return first?.state.at === 'shown' && isIt(first.state) ? first : undefined
      },
      { timeout: 60_000, interval: 100 },
    )
  const decide = (id: string, decision: object) => wallet.call(screen, 'decide', id, decision)

  /** The control of each: the co-signer as it was signs again. */
  async function signs(): Promise<void> {
    const before = await begun()
    const signing = say('as it was')
    const { id, state } = await shown(({ verdict }) => verdict?.decision === 'allow')
    await decide(id, { approve: true, hash: state.at === 'shown' && state.explained?.hash })
    expect(await signing).toMatch(/^0x[0-9a-f]{130}$/)
    expect(await begun()).toBeGreaterThan(before)
  }

  /**
   * The site hears no more than that its person said no, whatever they pressed before.
   *
   * @returns how much the co-signer signed.
   */
  async function signsNothing(trouble: string): Promise<number> {
    const before = await begun()
    const refused = say('with it')
    const { id, state } = await shown((one) => one.trouble === trouble)
    const hash = state.at === 'shown' && state.explained?.hash
    await decide(id, { approve: true, hash })
    expect((await asked({ screen }))[0]?.state).toMatchObject({ at: 'shown', trouble })
    await keep(`${trouble}-request`, wallet.context.pages().find(isApproval))
    await decide(id, { approve: false })
    await expect(refused).rejects.toThrow('rejected the request')
    return (await begun()) - before
  }

  /** Everything that the co-signer has given away of a signature. */
  async function begun(): Promise<number> {
    const steps = new Set<unknown>(['started', 'pending', 'released', 'answered', 'signed'])
    return (await logOf(home)).filter(({ event }) => steps.has(event['mark'])).length
  }

  /** A word and a sentence that are its own. @returns the buttons */
  async function says(word: string, text: string): Promise<string[]> {
    await page.getByRole('status').filter({ hasText: word }).waitFor({ timeout: 60_000 })
    const box = page.getByRole('alert')
    await box.getByText(text).waitFor()
    expect(await ready().count()).toBe(0)
    await keep(text.toLowerCase().replaceAll(/[^a-z]+/g, '-'), page)
    return box.getByRole('button').allTextContents()
  }

  async function keep(name: string, of: Page | undefined): Promise<void> {
    if (pictures === undefined || !of) return
    mkdirSync(pictures, { recursive: true })
    const popup = await wallet.open('popup.html#/cosigner')
    await popup.getByRole('alert').waitFor()
    const shots = isApproval(of)
      ? ([['approval', of, 400, 640]] as const)
      : ([
          ['popup', popup, 360, 600],
          ['full', of, 1024, 700],
        ] as const)
    for (const [kind, shot, width, height] of shots)
      for (const colorScheme of ['light', 'dark'] as const) {
        await shot.emulateMedia({ colorScheme })
        await shot.setViewportSize({ width, height })
        await shot.screenshot({ path: join(pictures, `${name}-${kind}-${colorScheme}.png`) })
      }
    await popup.close()
  }

  async function isWellAgain(): Promise<void> {
    await page.getByRole('button', { name: 'Check again' }).click()
    await ready().waitFor({ timeout: 60_000 })
    expect(await page.getByRole('alert').count()).toBe(0)
    await signs()
  }

  /** A test's own build, which is gone with it. */
  async function built(name: string, changes: readonly Change[], work: () => Promise<void>) {
    const other = otherCosigner(name, ...changes)
    try {
      await runs(other.program)
      await work()
    } finally {
      await runs()
      other.remove()
    }
    await isWellAgain()
  }

  test('of a later release says which of both is to be updated', () =>
    built('later', LATER, async () => {
      expect(await says('Wrong version', 'Update this browser.')).toEqual(['Check again'])
      expect(await signsNothing('version')).toBe(0)
    }))

  test('that reads requests otherwise is paused until both are of one release', () =>
    built('decoders', OTHER_DECODERS, async () => {
      expect(await says('Wrong version', 'Update both to the same release.')).toEqual([
        'Check again',
      ])
      expect(await signsNothing('version')).toBe(0)
    }))

  test.for([
    ['that answers what nobody can read', 'garbage', GARBAGE],
    ['that answers for other bytes', 'bytes', OTHER_BYTES],
  ] as const)('%s misbehaves', ([, name, changes]) =>
    built(name, changes, async () => {
      await ready().waitFor({ timeout: 60_000 })
      expect(await signsNothing('misbehaved')).toBe(0)
      expect(await says('Misbehaved', 'it cannot have sent by mistake')).toEqual(['Check again'])
    }),
  )

  test('that was set back, and one whose log became another, are told apart', async () => {
    const [early, late] = [join(root, 'early'), join(root, 'late')]
    await daemon.stop()
    cpSync(home, early, { recursive: true })
    await start()
    await ready().waitFor({ timeout: 60_000 })
    await signs()
    const seen = (await logOf(home)).length
    await daemon.stop()
    cpSync(home, late, { recursive: true })

    folderIs(early)
    await start()
    expect(await says('History mismatch', 'It may run from an old backup')).toEqual([
      'I restored it. Make new shares',
    ])
    expect(await signsNothing('rollback')).toBe(0)

    // The same copy, elsewhere, until its log is as long as the one that was seen: each start is in it.
    for (let length = 0; length <= seen; length = (await logOf(home)).length) {
      await daemon.stop()
      daemon = await startWith(home, {})
    }
    await runs()
    await wallet.call(screen, 'retryCosigner').catch(() => undefined)
    expect(await says('History mismatch', 'log differs from the one this browser saw')).toEqual([
      'Check again',
    ])
    expect(await signsNothing('fork')).toBe(0)

    await daemon.stop()
    folderIs(late)
    await start()
    await isWellAgain()
  })

  test('that hangs without a word is away, and is met again when it goes on', async () => {
    daemon.process.kill('SIGSTOP')
    try {
      // Somebody looks: it is asked whether it lives.
      await page.reload()
      await wallet.call(screen, 'wakeCosigner')
      expect(await says('Away', 'Nothing can be signed until it does')).toEqual(['Try now'])
    } finally {
      daemon.process.kill('SIGCONT')
    }
    await ready().waitFor({ timeout: 60_000 })
    await signs()
  })
})

const isApproval = (page: Page): boolean => page.url().includes('/approve.html')
