/** The extension's worker, which dies where a test says. */
import type { BrowserContext, Page, Worker } from 'playwright-core'

/** What a worker did that others can see, and where it stops to do anything. */
type Steps = {
  /** Names, in order. */
  readonly done: string[]
  /** From this step on nothing of it happens any more. */
  last: number
  isDead: boolean
  died?: () => void
}

type Does<Name extends string> = Record<Name, (...given: never[]) => unknown>

type Inside = {
  steps?: Steps
  chrome: {
    runtime: Does<'sendMessage'> & {
      onConnect: {
        addListener(listener: (port: Does<'postMessage'> & { name: string }) => void): void
      }
    }
    storage: Record<'local' | 'session', Does<'set'>>
    windows: Does<'create' | 'update'>
    offscreen: { closeDocument(): Promise<void> }
  }
}

/** The worker that runs now; it is started when there is none. */
export async function worker(context: BrowserContext): Promise<Worker> {
  const [running] = context.serviceWorkers()
  return running ?? context.waitForEvent('serviceworker')
}

/** Ends it at once, as the browser does; whatever asks it something starts it anew. */
export async function stopWorker(context: BrowserContext, screen: Page): Promise<void> {
  const session = await context.newCDPSession(screen)
  const stopped = new Promise<void>((resolve) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      if (versions.some(({ runningStatus }) => runningStatus === 'stopped')) resolve()
    })
  })
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.stopAllWorkers')
  await stopped
  await session.detach()
}

/**
 * Counts what the worker does from now on. At step `last` it stops there, as if it had died before: what
 * it would do then, and after, does not happen.
 *
 * @returns when it is there.
 */
export async function watch(context: BrowserContext, last = Infinity): Promise<Watched> {
  const running = await worker(context)
  await running.evaluate((until) => {
    const inside = globalThis as never as Inside
    const { chrome } = inside
    const isWrapped = inside.steps !== undefined
    inside.steps = { done: [], last: until, isDead: false }
    // Wrapped once: a second watch of the same worker counts anew.
    if (isWrapped) return
    type Step = (...given: never[]) => unknown
    const wrap = <Name extends string>(
      owner: Record<Name, Step>,
      name: Name,
      nameOf: (given: unknown) => string | undefined,
    ) => {
      const real = owner[name].bind(owner)
      owner[name] = (...given: never[]) => {
        const { steps } = inside as Required<Inside>
        if (steps.isDead) return new Promise(() => undefined)
        const step = nameOf(given[0])
        if (step === undefined) return real(...given)
        steps.done.push(step)
        if (steps.done.length !== steps.last) return real(...given)
        steps.isDead = true
        steps.died?.()
        return new Promise(() => undefined)
      }
    }
    const written = (area: string) => (given: unknown) =>
      `${area} ${Object.keys(given as object).join()}`
    const called = (given: unknown) => {
      const { data } = given as { data?: { method?: string } }
      return `call ${data?.method}`
    }
    // News of the lock and the chain have no number.
    const replied = (given: unknown) =>
      typeof given === 'object' && given !== null && 'id' in given ? 'reply' : undefined
    wrap(chrome.runtime, 'sendMessage', called)
    wrap(chrome.storage.session, 'set', written('session'))
    wrap(chrome.storage.local, 'set', written('local'))
    wrap(chrome.windows, 'create', () => 'window')
    wrap(chrome.windows, 'update', () => 'focus')
    chrome.runtime.onConnect.addListener((port) => {
      if (port.name.startsWith('page/')) wrap(port, 'postMessage', replied)
    })
  }, last)
  return {
    died: () =>
      running.evaluate(() => {
        const { steps } = globalThis as never as Required<Inside>
        return new Promise<void>((resolve) => {
          if (steps.isDead) resolve()
          else steps.died = resolve
        })
      }),
    end: () =>
      running.evaluate(() => {
        const { steps } = globalThis as never as Required<Inside>
        steps.last = Infinity
        return { isDead: steps.isDead, done: steps.done }
      }),
  }
}

export type Watched = {
  /** Resolves when it stops at its last step. */
  died(): Promise<void>
  /** From now on it dies nowhere. */
  end(): Promise<{ isDead: boolean; done: string[] }>
}

/** The engine dies as soon as it is asked this. @returns when it did. */
export async function killEngine(context: BrowserContext, method: string): Promise<void> {
  const running = await worker(context)
  await running.evaluate(
    (fatal) =>
      new Promise<void>((resolve) => {
        const { chrome } = globalThis as never as Inside
        const real = chrome.runtime.sendMessage.bind(chrome.runtime)
        chrome.runtime.sendMessage = (...given: never[]) => {
          const answer = real(...given)
          const [asked] = given as { data?: { method?: string } }[]
          if (asked?.data?.method !== fatal) return answer
          chrome.runtime.sendMessage = real
          void chrome.offscreen.closeDocument().then(resolve)
          return answer
        }
      }),
    method,
  )
}

/** The engine dies once it tells that it is at this step of making keys. @returns at once: when it did. */
export async function killEngineAt(
  context: BrowserContext,
  step: string,
): Promise<{ readonly died: Promise<void> }> {
  const running = await worker(context)
  await running.evaluate((fatal) => {
    const { chrome } = globalThis as never as Inside & {
      chrome: { runtime: { onMessage: { addListener(hear: (message: unknown) => void): void } } }
    }
    const inside = globalThis as never as { engineDied?: Promise<void> }
    let isOver = false
    inside.engineDied = new Promise((resolve) => {
      chrome.runtime.onMessage.addListener((message) => {
        const told = JSON.stringify(message)
        if (isOver || !told.includes('"making"') || !told.includes(`"${fatal}"`)) return
        // The next engine lives.
        isOver = true
        void chrome.offscreen.closeDocument().then(resolve)
      })
    })
  }, step)
  return {
    died: running.evaluate(() => (globalThis as never as { engineDied: Promise<void> }).engineDied),
  }
}
