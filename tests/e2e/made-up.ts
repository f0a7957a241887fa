/** Screens of the wallet with a made-up background: states that take weeks, or a broken machine, to be in. */
import { network } from '@tandem/chains'
import type { Page } from 'playwright-core'
import type { CosignerView, InspectedView } from '../../extension/src/messages/cosigner.ts'
import type { AccountView, EngineState } from '../../extension/src/messages/engine.ts'
import { pack } from '../../extension/src/messages/wire-json.ts'
import { ORIGIN, type Wallet } from './wallet.ts'

export const sepolia = 'eip155:11155111'
export const testnet4 = 'bip122:00000000da84f2bafbbc53dee25a72ae'
export const devnet = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'

const publicKey = new Uint8Array(33)
const account = (chain: string, addresses: readonly (readonly [string, string])[]) => ({
  chain,
  number: 0,
  id: `${chain}:0`,
  addresses: addresses.map(([type, address]) => ({ type, address, publicKey })),
})

/** One account, with an address on each chain. */
export const addresses = [
  account(sepolia, [['evm', '0x90F79bf6EB2c4f870365E785982E1f101E93b906']]),
  account(testnet4, [
    ['p2tr', 'tb1p5d7rjqx3k2mmw9uzc0tt8whlqk4e0zf6y7pna3sx2gduv6ey9rt0m5kh7q'],
    ['p2wpkh', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'],
  ]),
  account(devnet, [['solana', '7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV']]),
] as readonly AccountView[]

const now = Date.now()
const DAY = 86_400_000
const rule = (name: string, act: string) =>
  `[[rules]]\nrule = "acts"\nname = "${name}"\nacts = ["${act}"]\ndecision = "needs-factor"\n`
const policy = `version = 1\nname = "default"\nchange_after = "24h"\n${[
  rule('unlimited-approvals', 'unlimited-approval'),
  rule('permits', 'permit'),
  rule('control', 'delegation'),
].join('')}`

export const inspected: InspectedView = {
  at: now - 12_000,
  sealing: 'tpm',
  devices: [
    {
      id: 'a7d0c4f2'.repeat(8),
      name: 'device a7d0c4f2',
      isThis: true,
      pairedAt: now - 40 * DAY,
      signedAt: now - 3_600_000,
    },
    { id: '19be63d5'.repeat(8), name: 'Work laptop', isThis: false, pairedAt: now - 12 * DAY },
  ],
}

export const cosigner: CosignerView = {
  address: 'studio.local:8731',
  word: 'ready',
  version: { ours: '0.4.0', theirs: '0.4.0' },
  roundTripMs: 4,
  log: { length: 1204n, at: now - 12_000, checkedAt: now - 12_000 },
  policy: { version: 3, since: now - 40 * DAY, text: policy },
  budgets: [
    {
      rule: 'daily-eth',
      asset: `${sepolia}/slip44:60`,
      limit: 2n * 10n ** 18n,
      left: 15n * 10n ** 17n,
      until: now + 3_600_000,
      at: now,
    },
  ],
  waiting: [],
  shares: { generation: 7, since: now - 12 * DAY, wallet: 'a1b2c3d4' },
  passkeys: [],
  inspected,
  timing: {
    verdict: { count: 61, p50: 9, p95: 21, p99: 34 },
    signing: {
      ecdsa: { count: 40, p50: 83, p95: 121, p99: 190 },
      ed25519: { count: 12, p50: 12, p95: 19, p99: 19 },
    },
    last: Array.from({ length: 40 }, (_one, at) => 80 + ((at * 37) % 60) + (at === 29 ? 70 : 0)),
  },
}

const chains = [sepolia, testnet4, devnet]
const amounts = [1204n * 10n ** 15n, 1_010_000n, 1_880_000_000n]

/** A wallet that is used: a node for each chain, and something on it. */
export const everyday = {
  settings: {
    nodes: Object.fromEntries(chains.map((chain) => [chain, 'https://node.test'])),
    chains: { evm: sepolia, solana: devnet, bitcoin: testnet4 },
    accounts: 1,
    lockAfter: 15,
    mainnet: false,
    legacyProvider: false,
  },
  accounts: { current: 0, named: { 0: 'Main' }, hidden: [] },
  holdings: Object.fromEntries(
    chains.map((chain, place) => [
      `${chain}/0`,
      { at: now, amounts: [{ asset: network(chain).native.asset, amount: amounts[place] }] },
    ]),
  ),
}

/** One that is not there has no time that it takes. */
function shownOf(word: CosignerView['word'] = 'ready'): CosignerView {
  const { roundTripMs: _, ...rest } = cosigner
  return word === 'ready' ? cosigner : rest
}

const ready: EngineState['cosigner'] = {
  state: 'ready',
  address: cosigner.address,
  version: '0.4.0',
  roundTripMs: 4,
}

export type MadeUp = {
  readonly state?: Partial<EngineState>
  readonly cosigner?: Partial<CosignerView>
  /** What is kept, by name. */
  readonly stored?: Readonly<Record<string, unknown>>
  /** Other answers of the background, by method. */
  readonly answers?: Readonly<Record<string, unknown>>
  readonly size?: { readonly width: number; readonly height: number }
  readonly theme?: 'light' | 'dark'
}

/** Opens a screen whose background is made up. What it does not know fails. */
export async function openMadeUp(wallet: Wallet, path: string, made: MadeUp = {}): Promise<Page> {
  const page = await wallet.context.newPage()
  await page.setViewportSize(made.size ?? { width: 360, height: 600 })
  await page.emulateMedia({ colorScheme: made.theme ?? 'light' })
  const state = { lock: 'open', wallet: 'ready', cosigner: ready, ...made.state }
  const answers: Record<string, unknown> = {
    state,
    cosigner: { ...shownOf(made.cosigner?.word), ...made.cosigner },
    addressesOf: addresses,
    accounts: addresses,
    refresh: undefined,
    follow: undefined,
    used: undefined,
    wakeCosigner: undefined,
    inspectCosigner: undefined,
    keepDraft: undefined,
    ...made.answers,
  }
  const given = {
    answers: packed(answers),
    stored: packed(made.stored ?? {}),
    news: [pack({ approvals: [] }), pack({ event: { event: 'state', state } })],
  }
  await page.addInitScript(replaceBackground, JSON.stringify(given))
  await page.goto(`${ORIGIN}/${path}`)
  await page.locator('h1').first().waitFor()
  return page
}

const packed = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pack(value)]))

/** Runs in the page before anything of it: its worker is never asked. */
function replaceBackground(text: string): void {
  type Given = {
    answers: Record<string, unknown>
    stored: Record<string, unknown>
    news: unknown[]
  }
  const { answers, stored, news } = JSON.parse(text) as Given
  const { chrome } = globalThis as unknown as {
    chrome: {
      runtime: Record<string, unknown>
      storage: Record<string, { get: unknown }>
    }
  }
  const answerTo = ({ data: { method } }: { data: { method: string } }) =>
    method in answers
      ? { ok: answers[method] }
      : { failed: { code: 'away', message: `nobody made up ${method}` } }
  type Message = { data: { method: string } }
  chrome.runtime['sendMessage'] = (message: Message, hear: (reply: unknown) => void) =>
    queueMicrotask(() => hear({ res: answerTo(message) }))
  chrome.runtime['connect'] = () => ({
    onMessage: {
      addListener: (hear: (message: unknown) => void) =>
        queueMicrotask(() => {
          for (const message of news) hear(message)
        }),
    },
    onDisconnect: { addListener: () => undefined },
    disconnect: () => undefined,
  })
  for (const area of Object.values(chrome.storage))
    if (typeof area.get === 'function')
      area.get = async (name: string) => (name in stored ? { [name]: stored[name] } : {})
}

/** Runs in the page: the background knows more methods now. @returns which of them it is asked. */
export function answerFromNowOn(text: string): string[] {
  const answers = JSON.parse(text) as Record<string, unknown>
  type Message = { data: { method: string } }
  type Send = (message: Message, hear: (reply: unknown) => void) => void
  const { runtime } = (globalThis as unknown as { chrome: { runtime: { sendMessage: Send } } })
    .chrome
  const before = runtime.sendMessage
  const asked: string[] = []
  runtime.sendMessage = (message, hear) => {
    const { method } = message.data
    if (!(method in answers)) return before(message, hear)
    asked.push(method)
    queueMicrotask(() => hear({ res: { ok: answers[method] } }))
  }
  return asked
}
