import { browser } from 'wxt/browser'
import { type Call, remote } from '../messages/calls.ts'
import { type Engine, EngineError, EngineEvent } from '../messages/engine.ts'
import { onMessage, sendMessage } from '../messages/messaging.ts'
import { unpack } from '../messages/wire-json.ts'
import { requireScreen } from './senders.ts'

const PAGE = '/offscreen.html'

/** An engine answers its first call within this time, or its document is made anew. */
const ANSWER_MS = 5000
/** How often one that does not listen yet is asked. */
const ASK_MS = 50

/**
 * The engine in its own document, which is made when it is first needed, and again if it died. A call
 * that it died under fails with `engine-gone`: who called knows whether to call again.
 *
 * @param prepare what an engine needs before others may call it: its key, its nodes.
 */
export function engineDoor(
  prepare: (engine: Engine) => Promise<void>,
  hear: (event: EngineEvent) => void,
): Engine {
  let ready: Promise<void> | undefined

  onMessage('told', ({ data, sender }) => {
    requireScreen(sender, location.origin)
    hear(EngineEvent.parse(unpack(data)))
  })

  async function open(): Promise<void> {
    await meet()
    // An engine that could not be opened is locked, and says so to everybody who calls.
    await prepare(remote<Engine>((call) => send(call))).catch(() => undefined)
  }

  async function send(call: Call) {
    try {
      return await sendMessage('engine', call)
    } catch (error) {
      ready = undefined
      throw new EngineError('engine-gone', 'the engine is gone', error)
    }
  }

  async function opened(): Promise<void> {
    const opening = (ready ??= open())
    try {
      await opening
    } catch (error) {
      if (ready === opening) ready = undefined
      throw error
    }
  }

  return remote<Engine>(async (call) => {
    await opened()
    try {
      return await send(call)
    } catch (error) {
      // Nobody listened: nothing was done, and a new one may be asked.
      if (!isUnheard(error)) throw error
      await opened()
      return send(call)
    }
  })
}

/** Until the engine answers: a document that is there need not listen yet, or listen at all. */
async function meet(): Promise<void> {
  for (let begun = Date.now(); ;) {
    if (await answers()) return
    if (Date.now() - begun > ANSWER_MS) {
      await browser.offscreen.closeDocument().catch(() => undefined)
      begun = Date.now()
    }
    const there = await browser.runtime.getContexts({ contextTypes: ['OFFSCREEN_DOCUMENT'] })
    if (there.length === 0) await make()
    else await new Promise((resolve) => setTimeout(resolve, ASK_MS))
  }
}

async function answers(): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_MS)
  })
  const asked = sendMessage('engine', { method: 'isOpen', args: [] }).then(
    () => true,
    () => false,
  )
  const isThere = await Promise.race([asked, late])
  clearTimeout(timer)
  return isThere
}

async function make(): Promise<void> {
  // Two that make it at once: the second is told so, and finds it.
  await browser.offscreen
    .createDocument({
      url: PAGE,
      reasons: ['WORKERS'],
      justification: 'Computes signatures with the co-signer while the worker may sleep.',
    })
    .catch(() => undefined)
}

function isUnheard(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof Error && cause.message.includes('Receiving end does not exist')
}
