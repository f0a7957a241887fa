import { answerCall, type Call, remote } from '../messages/calls.ts'
import { type Engine, EngineEvent } from '../messages/engine.ts'
import { pack, unpack } from '../messages/wire-json.ts'
import { stayAwake } from './stay-awake.ts'

type Make = (tell: (event: EngineEvent) => void) => Promise<Engine>

/**
 * The engine in the background itself, where the browser has no document for it. Calls and what it tells
 * are packed as they are between contexts, so nobody has a part of it in their hands. What it is asked, and
 * an open wallet, keep the background awake: an engine that sleeps has lost its line to the co-signer.
 *
 * @param prepare what an engine needs before others may call it: its key, its nodes.
 */
export function engineHere(
  make: Make,
  prepare: (engine: Engine) => Promise<void>,
  hear: (event: EngineEvent) => void,
): Engine {
  let ready: Promise<Engine> | undefined
  let asked = 0
  let isOpen = false
  const awaited = stayAwake()

  function tell(event: EngineEvent): void {
    if (event.event === 'state') isOpen = event.state.lock === 'open'
    awaited(isOpen || asked > 0)
    // Not inside of what the engine does just now.
    const packed = pack(event)
    queueMicrotask(() => hear(EngineEvent.parse(unpack(packed))))
  }

  async function open(): Promise<Engine> {
    const engine = await make(tell)
    // An engine that could not be opened is locked, and says so to everybody who calls.
    await prepare(remote<Engine>((call) => answerCall(engine, call))).catch(() => undefined)
    return engine
  }

  async function opened(): Promise<Engine> {
    const opening = (ready ??= open())
    try {
      return await opening
    } catch (error) {
      if (ready === opening) ready = undefined
      throw error
    }
  }

  return remote<Engine>(async (call: Call) => {
    asked += 1
    awaited(true)
    try {
      return await answerCall(await opened(), call)
    } finally {
      asked -= 1
      awaited(isOpen || asked > 0)
    }
  })
}
