import { browser } from 'wxt/browser'
import { remote } from '../messages/calls.ts'
import type { Engine } from '../messages/engine.ts'
import { sendMessage } from '../messages/messaging.ts'

const PAGE = '/offscreen.html'

let making: Promise<void> | undefined

/** The engine in its own document, which is made when it is first needed, and again if it died. */
export function engineDoor(): Engine {
  return remote<Engine>(async (call) => {
    making ??= make()
    await making
    return sendMessage('engine', call)
  })
}

async function make(): Promise<void> {
  const there = await browser.runtime.getContexts({ contextTypes: ['OFFSCREEN_DOCUMENT'] })
  if (there.length > 0) return
  await browser.offscreen.createDocument({
    url: PAGE,
    reasons: ['WORKERS'],
    justification: 'Computes signatures with the co-signer while the worker may sleep.',
  })
}
