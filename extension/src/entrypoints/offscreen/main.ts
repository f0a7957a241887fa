import * as z from 'zod'
import { browser } from 'wxt/browser'
import { BACKGROUND_EVENTS, ENGINE, answerCall } from '../../messages/calls.ts'
import { pack } from '../../messages/wire-json.ts'
import { browserEngine } from '../../engine/browser-engine.ts'

z.config({ jitless: true })

const ready = browserEngine((event) => {
  void browser.runtime
    .sendMessage({ to: BACKGROUND_EVENTS, event: pack(event) })
    .catch(() => undefined)
})

browser.runtime.onMessage.addListener((message: unknown, sender, respond) => {
  if (sender.id !== browser.runtime.id) return false
  if (
    typeof message !== 'object' ||
    message === null ||
    !('to' in message) ||
    message.to !== ENGINE
  )
    return false
  void ready.then(async (engine) => respond(await answerCall(ENGINE, engine, message)))
  return true
})
