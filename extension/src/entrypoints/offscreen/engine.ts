/** The engine in a thread of its own: what it computes delays no screen, and no screen delays it. */
import '../../messages/without-eval.ts'
import { answerCall, failedAs } from '../../messages/calls.ts'
import { type Engine, EngineError } from '../../messages/engine.ts'
import { Asked, type FromEngine } from '../../messages/thread.ts'
import { pack } from '../../messages/wire-json.ts'
import { browserEngine } from '../../engine/browser-engine.ts'

// Nobody but the document that made it hears this.
// oxlint-disable-next-line require-post-message-target-origin
const tell = (message: FromEngine) => postMessage(message)

let ready: Promise<Engine> | undefined

/** One that could not begin begins anew with the next call. */
async function begun(): Promise<Engine> {
  const beginning = (ready ??= browserEngine((event) => tell({ told: pack(event) })))
  try {
    return await beginning
  } catch (error) {
    if (ready === beginning) ready = undefined
    throw error
  }
}

async function answer(call: unknown) {
  try {
    return { answer: await answerCall(await begun(), call) }
  } catch (error) {
    // A person can do something about this one: it is said, and not tried until it passes.
    if (error instanceof EngineError) return { answer: failedAs(error) }
    return { gone: true } as const
  }
}

addEventListener('message', ({ data }) => {
  const { id, call } = Asked.parse(data)
  void answer(call).then((said) => tell({ id, ...said }))
})
