import { browser } from 'wxt/browser'
import type { BackgroundCalls } from '../messages/background.ts'
import { SCREEN_PORT } from '../messages/background.ts'
import { answerCall } from '../messages/calls.ts'
import { type Engine, EngineEvent, type EngineState } from '../messages/engine.ts'
import { onMessage } from '../messages/messaging.ts'
import { PAGE_PORT, type PageReply, PageRequest } from '../messages/page-channel.ts'
import { pack, unpack } from '../messages/wire-json.ts'
import { approvals as approvalsOf } from './approvals.ts'
import { approvalWindow } from './approval-window.ts'
import { cosignerCalls } from './cosigner-calls.ts'
import { news } from './news.ts'
import { tellNodes } from './nodes.ts'
import { failureOf } from './provider-error.ts'
import { answer } from './router.ts'
import { screenCalls } from './screen-calls.ts'
import { originOf, requireScreen } from './senders.ts'
import { session } from './state/session.ts'
import { settings } from './state/settings.ts'
import { standing } from './state/standing.ts'

/** Wires the worker. Listeners are there before anything is awaited: an event may be why it was woken. */
export function background(engine: Engine): void {
  const screens = new Set<{ post(message: unknown): void }>()
  const window = approvalWindow(() => approvals.closed())
  const approvals = approvalsOf({
    engine,
    now: () => Date.now(),
    entropy: (length) => crypto.getRandomValues(new Uint8Array(length)),
    show: () => window.show(),
    changed: () => {
      wallet.saw(approvals.list())
      for (const screen of screens) screen.post(pack({ approvals: approvals.list() }))
    },
  })
  const wallet = screenCalls({
    engine,
    approvals: () => approvals,
    now: () => Date.now(),
    lock: () => calls.lock(),
  })
  const told = news(engine)
  const shared = { engine, approvals }
  const ready = resume(engine)

  const calls: BackgroundCalls = {
    ...wallet.calls,
    ...cosignerCalls(engine),
    async state() {
      await ready
      return engine.state()
    },
    create: (password) => engine.create(password),
    async unlock(password) {
      await session.change(async () => engine.unlock({ password }))
    },
    async lock() {
      await session.change(async () => undefined)
      await engine.lock()
    },
    async pair(link) {
      await session.change(async () => engine.pair(link))
    },
    drawWords: () => engine.drawWords(),
    makeWallet: (words) => engine.makeWallet(words),
    async accounts() {
      const { chains, accounts } = await settings.get()
      const numbers = Array.from({ length: accounts }, (_, number) => number)
      return engine.accounts(Object.values(chains), numbers)
    },
    balances: (chain, account) => engine.balances(chain, account),
    review: () => window.show(),
    decide: (id, decision) => approvals.decide(id, decision),
    edit: (id, edit) => approvals.edit(id, edit),
    prove: (id, proof) => approvals.prove(id, proof),
    dismiss: async (id) => approvals.dismiss(id),
    rejectAll: async (origin) => approvals.rejectAll(origin),
    async choose({ nodes, chains }) {
      await settings.change((before) => ({ ...before, nodes: { ...nodes }, chains: { ...chains } }))
      await tellNodes(engine)
    },
  }

  onMessage('told', ({ data, sender }) => {
    requireScreen(sender, location.origin)
    const event = EngineEvent.parse(unpack(data))
    approvals.heard(event)
    if (event.event === 'state') {
      told.look()
      void standing.change(() => event.state.lock)
      if (event.state.lock === 'open') void wallet.opened()
    }
    for (const screen of screens) screen.post(pack({ event }))
  })

  onMessage('background', ({ data, sender }) => {
    requireScreen(sender, location.origin)
    return answerCall(calls, data)
  })

  browser.storage.local.onChanged.addListener((changes) => {
    if ('sites' in changes || 'settings' in changes) told.look()
  })

  browser.runtime.onConnect.addListener((port) => {
    if (port.sender?.id !== browser.runtime.id) return port.disconnect()
    if (port.name === PAGE_PORT) return attendPage(port)
    if (port.name === SCREEN_PORT) return attendScreen(port)
    port.disconnect()
  })

  type Port = Parameters<Parameters<typeof browser.runtime.onConnect.addListener>[0]>[0]

  function attendScreen(port: Port): void {
    const screen = { post: (message: unknown) => port.postMessage(message) }
    screens.add(screen)
    port.onDisconnect.addListener(() => screens.delete(screen))
    screen.post(pack({ approvals: approvals.list() }))
    void greet(screen)
  }

  async function greet(screen: { post(message: unknown): void }): Promise<void> {
    await ready
    const state: EngineState = await engine.state()
    screen.post(pack({ event: { event: 'state', state } }))
  }

  function attendPage(port: Port): void {
    const origin = originOf(port.sender)
    if (origin === undefined) return port.disconnect()
    let isGone = false
    const page = { origin, post: (news: PageReply) => port.postMessage(news) }
    const attend = () => {
      if (!isGone) port.onDisconnect.addListener(told.attend(page))
    }
    port.onDisconnect.addListener(() => (isGone = true))
    void ready.then(attend, attend)
    port.onMessage.addListener((message: unknown) => {
      const parsed = PageRequest.safeParse(message)
      if (!parsed.success) return
      const { id } = parsed.data
      const reply = async (): Promise<PageReply> => {
        try {
          await ready
          return { from: 'tandem', id, result: await answer(parsed.data, origin, shared) }
        } catch (error) {
          return { from: 'tandem', id, error: failureOf(error) }
        }
      }
      const post = async () => {
        const made = await reply()
        if (!isGone) port.postMessage(made)
      }
      void post()
    })
  }
}

/** What a worker that starts anew needs: the engine open again, and its nodes. */
async function resume(engine: Engine): Promise<void> {
  await tellNodes(engine)
  const key = await session.get()
  if (key !== undefined && !(await engine.isOpen())) await engine.unlock({ session: key })
}
