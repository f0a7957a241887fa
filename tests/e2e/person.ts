/** The person in front of the wallet: what is asked, and what they press. */
import type { Explanation } from '@tandem/chains'
import type { Page } from 'playwright-core'
import type { Approval } from '../../extension/src/messages/approval.ts'
import { unpack } from '../../extension/src/messages/wire-json.ts'
import type { World } from './world.ts'

type Extension = {
  chrome: {
    runtime: {
      connect(how: { name: string }): {
        onMessage: { addListener(listener: (message: unknown) => void): void }
        onDisconnect: { addListener(listener: () => void): void }
        disconnect(): void
      }
    }
  }
}

/** What the person is asked now, oldest first. */
export async function asked(world: Pick<World, 'screen'>): Promise<Approval[]> {
  const all = await listed(world)
  return all.filter((one) => !isOver(one))
}

const isOver = ({ state }: Approval): boolean => ['done', 'failed', 'rejected'].includes(state.at)

/** The same, and what is over and still shown, as every screen of the wallet gets it. */
export const listed = async ({ screen }: Pick<World, 'screen'>): Promise<Approval[]> =>
  approvalsIn(await told(screen))

/**
 * What every screen of the wallet is told of requests.
 *
 * @param known what it was told before: the next that differs is waited for.
 */
const told = (screen: Page, known?: string): Promise<string> =>
  screen.evaluate(
    (before) =>
      new Promise<string>((resolve) => {
        const { chrome } = globalThis as never as Extension
        function listen(): void {
          const port = chrome.runtime.connect({ name: 'screen' })
          port.onMessage.addListener((message) => {
            const text = JSON.stringify(message)
            if (!text.includes('_approvals') || text === before) return
            port.disconnect()
            resolve(text)
          })
          // The worker ended meanwhile: the next one is asked.
          port.onDisconnect.addListener(listen)
        }
        listen()
      }),
    known,
  )

const approvalsIn = (packed: string): Approval[] =>
  (unpack(JSON.parse(packed)) as { approvals: Approval[] }).approvals

/** The question that is asked now, once it is read, and the co-signer has said what it thinks of it. */
export async function question(world: Pick<World, 'screen'>): Promise<Approval> {
  for (let packed = await told(world.screen); ; packed = await told(world.screen, packed)) {
    const first = approvalsIn(packed).find((one) => !isOver(one))
    if (first?.state.at !== 'shown') continue
    if (first.question.kind !== 'sign' || first.state.verdict || first.state.explained?.refusal)
      return first
  }
}

/** What the screen said, and the person agreed to, by the hash of exactly that. */
export async function approved(world: Pick<World, 'wallet' | 'screen'>): Promise<Explanation> {
  const { id, state } = await question(world)
  if (state.at !== 'shown' || !state.explained) throw new Error('nothing is shown')
  const { explanation, hash } = state.explained
  await world.wallet.call(world.screen, 'decide', id, { approve: true, hash })
  return explanation
}

/** Presses a button of the window that approves, once it can be pressed. Results of before are put away. */
export async function press(world: Pick<World, 'wallet' | 'screen'>, name: string): Promise<void> {
  const { wallet, screen } = world
  const { id } = await question(world)
  for (const one of await listed(world))
    if (one.id !== id && isOver(one)) await wallet.call(screen, 'dismiss', one.id)
  const window = await approvalWindow(wallet.context)
  await window.locator('button:not([aria-disabled=true])').filter({ hasText: name }).click()
}

/** The window that approves, which may be there before it has its address. */
export function approvalWindow(context: World['wallet']['context']): Promise<Page> {
  const isIt = (page: Page) =>
    page.waitForURL(/\/approve\.html/, { waitUntil: 'commit' }).then(
      () => true,
      () => false,
    )
  const open = context.pages().map(async (page) => {
    if (await isIt(page)) return page
    throw new Error('another page')
  })
  return Promise.any([...open, context.waitForEvent('page', { predicate: isIt })])
}
