import '../../messages/without-eval.ts'
import { browserEngine } from '../../engine/browser-engine.ts'
import { answerCall } from '../../messages/calls.ts'
import { onMessage, sendMessage } from '../../messages/messaging.ts'
import { pack } from '../../messages/wire-json.ts'

const ready = browserEngine((event) => {
  // A worker that is not there hears the state when it comes back.
  sendMessage('told', pack(event)).catch(() => undefined)
})

onMessage('engine', async ({ data }) => answerCall(await ready, data))
