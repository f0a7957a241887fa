import { browser } from 'wxt/browser'
import type { BackgroundCalls } from '../messages/background.ts'
import { SCREEN_PORT } from '../messages/background.ts'
import { answerCall } from '../messages/calls.ts'
import type { Engine, EngineEvent, EngineState } from '../messages/engine.ts'
import { onMessage } from '../messages/messaging.ts'
import { pack } from '../messages/wire-json.ts'
import { approvals as approvalsOf } from './approvals.ts'
import { isUndecided } from './approvals/entry.ts'
import { keptApprovals } from './approvals/kept.ts'
import { approvalWindow } from './approval-window.ts'
import { askNode } from './ask-node.ts'
import { badge } from './badge.ts'
import { cosignerCalls } from './cosigner-calls.ts'
import { knownOn, knownSite } from './known.ts'
import { lockCalls } from './lock-calls.ts'
import { news } from './news.ts'
import { tellNodes } from './nodes.ts'
import { pages } from './pages.ts'
import { reach } from './reach.ts'
import { screenCalls } from './screen-calls.ts'
import { requireScreen } from './senders.ts'
import { session } from './state/session.ts'
import { settings } from './state/settings.ts'
import { keepStanding } from './state/standing.ts'
import { stayAwake } from './stay-awake.ts'
import { welcome } from './welcome.ts'

/**
 * Wires the worker. Listeners are there before anything is awaited: an event may be why it was woken.
 *
 * @param engineFor the engine, which tells what happens.
 */
export function background(engineFor: (hear: (event: EngineEvent) => void) => Engine): void {
  const engine = engineFor(heard)
  welcome(engine)
  const screens = new Set<{ post(message: unknown): void }>()
  const ask = askNode((input, init) => fetch(input, init), stayAwake())
  const window = approvalWindow(() => void approvals.closed())
  const count = badge(() => window.show({ front: true }))
  const awaited = stayAwake()
  const approvals = approvalsOf({
    engine,
    now: () => Date.now(),
    after(ms, work) {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
    entropy: (length) => crypto.getRandomValues(new Uint8Array(length)),
    show: (how) => window.show(how),
    site: knownSite,
    known: (chain) => knownOn(chain),
    changed(shown) {
      wallet.saw(shown)
      count(shown.filter(isUndecided).length)
      awaited(shown.some(({ state }) => isUndecided({ state }) || state.at === 'signing'))
      for (const screen of screens) screen.post(pack({ approvals: shown }))
    },
    keep: async (kept) => void (await keptApprovals.change(() => kept)),
    kept: () => keptApprovals.get(),
  })
  const wallet = screenCalls({
    engine,
    askNode: ask,
    approvals: () => approvals,
    now: () => Date.now(),
    lock: () => calls.lock(),
  })
  const reached = reach(ask, {
    after: (ms, work) => void setTimeout(work, ms),
    changed: () => told.look(),
    isWanted: () => told.isHeard(),
  })
  const told = news(engine, (chain) => reached.isSilent(chain))
  const attend = pages({ engine, askNode: reached.ask }, approvals, told)

  const calls: BackgroundCalls = {
    ...wallet.calls,
    ...cosignerCalls(engine),
    ...lockCalls(engine),
    state: () => engine.state(),
    create: (password) => engine.create(password),
    async unlock(password) {
      await session.change(async () => engine.unlock({ password }))
    },
    async unlockByPasskey(passkey, handed) {
      await session.change(async () => engine.unlock({ passkey, handed }))
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
    joinMaking: () => engine.joinMaking(),
    async accounts() {
      const { chains, accounts } = await settings.get()
      const numbers = Array.from({ length: accounts }, (_, number) => number)
      return engine.accounts(Object.values(chains), numbers)
    },
    balances: (chain, account) => engine.balances(chain, account),
    review: () => window.show({ front: true }),
    decide: (id, decision) => approvals.decide(id, decision),
    edit: (id, edit) => approvals.edit(id, edit),
    prove: (id, proof) => approvals.prove(id, proof),
    again: (id) => approvals.again(id),
    stop: (id) => approvals.stop(id),
    dismiss: (id) => approvals.dismiss(id),
    rejectAll: (origin) => approvals.rejectAll(origin),
    async choose({ nodes, chains }) {
      await settings.change((before) => ({ ...before, nodes: { ...nodes }, chains: { ...chains } }))
      await tellNodes(engine)
    },
  }

  function heard(event: EngineEvent): void {
    approvals.heard(event)
    if (event.event === 'state') {
      told.look()
      void keepStanding(event.state)
      if (event.state.lock === 'open') void wallet.opened()
    }
    for (const screen of screens) screen.post(pack({ event }))
  }

  onMessage('background', ({ data, sender }) => {
    requireScreen(sender, location.origin)
    return answerCall(calls, data)
  })

  browser.storage.local.onChanged.addListener((changes) => {
    if ('sites' in changes || 'settings' in changes) told.look()
  })

  browser.runtime.onConnect.addListener((port) => {
    if (port.sender?.id !== browser.runtime.id) return port.disconnect()
    if (port.name === SCREEN_PORT) return attendScreen(port)
    if (!attend(port)) port.disconnect()
  })

  type Port = Parameters<Parameters<typeof browser.runtime.onConnect.addListener>[0]>[0]

  function attendScreen(port: Port): void {
    const screen = { post: (message: unknown) => port.postMessage(message) }
    screens.add(screen)
    port.onDisconnect.addListener(() => screens.delete(screen))
    void greet(screen)
  }

  async function greet(screen: { post(message: unknown): void }): Promise<void> {
    await approvals.restored
    screen.post(pack({ approvals: approvals.list() }))
    const state: EngineState = await engine.state()
    screen.post(pack({ event: { event: 'state', state } }))
  }
}

/** What an engine needs that was not here before: its nodes, and to be open again. */
export async function resume(engine: Engine): Promise<void> {
  await tellNodes(engine)
  const key = await session.get()
  if (key !== undefined && !(await engine.isOpen())) await engine.unlock({ session: key })
}
