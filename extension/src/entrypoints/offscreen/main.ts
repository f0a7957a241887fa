import '../../messages/without-eval.ts'
import type { Answer } from '../../messages/calls.ts'
import { onMessage, sendMessage } from '../../messages/messaging.ts'
import { FromEngine } from '../../messages/thread.ts'

/**
 * The document shares its thread with every screen of the extension; the engine has one of its own.
 * What it says is passed on as it came: who asked reads it.
 */
const engine = new Worker(new URL('./engine.ts', import.meta.url), { type: 'module' })
const asked = new Map<number, PromiseWithResolvers<Answer>>()
let calls = 0

onMessage('engine', ({ data: call }) => {
  const id = calls++
  const answered = Promise.withResolvers<Answer>()
  asked.set(id, answered)
  // A thread has no window, and nobody else hears it.
  // oxlint-disable-next-line require-post-message-target-origin
  engine.postMessage({ id, call })
  return answered.promise
})

engine.addEventListener('message', ({ data }) => {
  const said = FromEngine.parse(data)
  // A worker that is not there hears the state when it comes back.
  if ('told' in said) return void sendMessage('told', said.told).catch(() => undefined)
  const waiting = asked.get(said.id)
  asked.delete(said.id)
  if ('answer' in said) waiting?.resolve(said.answer)
  else waiting?.reject(new Error('the engine did not begin'))
})

// One that cannot even be read answers nobody; who asked makes another document.
engine.addEventListener('error', () => {
  for (const { reject } of asked.values()) reject(new Error('the engine is gone'))
  asked.clear()
})
