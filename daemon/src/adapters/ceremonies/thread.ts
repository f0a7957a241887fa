import { Worker } from 'node:worker_threads'
import { decodeShare, encodeShare, wipe } from '@tandem/protocol'
import { type Ceremonies, CeremonyError, type Computing } from '../../ports/ceremonies.ts'
import { type Answer, type Ask, type Call, type Done, errorOf, moving } from './calls.ts'

type Thread = {
  readonly isOver: () => boolean
  ask(ceremony: number, ask: Ask, secrets: readonly Uint8Array<ArrayBuffer>[]): Promise<Done>
  end(): void
}

/**
 * In one thread for all, which starts with the first ceremony that is open and ends with the last:
 * signatures go on meanwhile, and what the group's code keeps in its memory goes with the thread.
 *
 * @param start the thread; a test looks into it.
 */
export function inThread(start: () => Worker = startWorker): Ceremonies {
  let thread: Thread | undefined
  let count = 0
  const open = new Set<number>()

  function running(): Thread {
    if (thread?.isOver() !== false) thread = threadOf(start())
    return thread
  }

  return {
    begin() {
      const ceremony = (count += 1)
      // A ceremony stays with the thread that holds its secrets.
      let mine: Thread | undefined
      const ask = (
        question: Ask,
        secrets: readonly Uint8Array<ArrayBuffer>[] = [],
      ): Promise<Done> => {
        open.add(ceremony)
        mine ??= running()
        return mine.ask(ceremony, question, secrets)
      }
      return computing(ask, () => {
        if (!mine || !open.delete(ceremony)) return
        const last = mine
        const end = () => {
          if (open.size > 0 || last !== thread) return
          last.end()
          thread = undefined
        }
        // What it holds is wiped before it ends; a thread that is gone holds nothing.
        void last.ask(ceremony, { what: 'drop' }, []).then(end, end)
      })
    },
  }
}

type Asking = (ask: Ask, secrets?: readonly Uint8Array<ArrayBuffer>[]) => Promise<Done>

function computing(ask: Asking, drop: () => void): Computing {
  return {
    async answerG1({ proposal, identity, half, share }, body, { key, bind }) {
      const own = { identity: moving(identity), half: half && moving(half), key: moving(key) }
      const plain = share && bytesOf(share)
      const secrets = [own.identity, own.key, own.half, plain].filter(
        (bytes) => bytes !== undefined,
      )
      const done = await ask(
        {
          what: 'G1',
          proposal,
          identity: own.identity,
          half: own.half,
          share: plain,
          body,
          seed: { key: own.key, bind },
        },
        secrets,
      )
      return only('G1', done).body
    },
    async answerG3(body, { key, bind }) {
      const own = moving(key)
      const done = await ask({ what: 'G3', body, seed: { key: own, bind } }, [own])
      const { share: plain, sid, tau, g4 } = only('G3', done)
      try {
        return { prepared: { share: decodeShare(plain), sid, tau }, g4 }
      } finally {
        wipe(plain)
      }
    },
    async answerN1({ share, otNo, identity }, body, { key, bind }) {
      const own = { identity: moving(identity), key: moving(key), share: bytesOf(share) }
      const seed = { key: own.key, bind }
      const done = await ask(
        { what: 'N1', share: own.share, otNo, identity: own.identity, body, seed },
        [own.identity, own.key, own.share],
      )
      return only('N1', done).body
    },
    async answerN3(body) {
      const { sid, tau, setup, n4 } = only('N3', await ask({ what: 'N3', body }))
      return { sid, tau, setup, n4 }
    },
    drop,
  }
}

/** Messages in order to one thread, each with its answer. */
function threadOf(worker: Worker): Thread {
  const waiting = new Map<number, PromiseWithResolvers<Done>>()
  let calls = 0
  let isOver = false

  function fail(cause?: unknown): void {
    isOver = true
    const error = new CeremonyError('the thread of ceremonies ended', { cause })
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  worker.unref()
  worker.on('error', fail)
  worker.on('exit', () => fail())
  worker.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.call)
    waiting.delete(answer.call)
    if (waiting.size === 0) worker.unref()
    if ('done' in answer) asked?.resolve(answer.done)
    else asked?.reject(errorOf(answer.fault))
  })

  return {
    isOver: () => isOver,
    ask(ceremony, ask, secrets) {
      if (isOver) return Promise.reject(new CeremonyError('the thread of ceremonies ended'))
      const answered = Promise.withResolvers<Done>()
      const message: Call = { call: (calls += 1), ceremony, ask }
      waiting.set(message.call, answered)
      worker.ref()
      const moved: ArrayBuffer[] = []
      // SECURITY: a secret that is copied here stays in this process when the thread has wiped its own. Test: src/adapters/ceremonies/thread.test.ts "leaves no secret in the thread that asked"
      for (const { buffer } of secrets) moved.push(buffer)
      worker.postMessage(message, moved)
      return answered.promise
    },
    end() {
      isOver = true
      void worker.terminate()
    },
  }
}

function bytesOf(share: Parameters<typeof encodeShare>[0]): Uint8Array<ArrayBuffer> {
  const plain = encodeShare(share)
  const own = moving(plain)
  wipe(plain)
  return own
}

function only<What extends Done['what']>(
  what: What,
  done: Done,
): Extract<Done, { readonly what: What }> {
  if (!is(what, done)) throw new CeremonyError(`expected the answer to ${what}`)
  return done
}

const is = <What extends Done['what']>(
  what: What,
  done: Done,
): done is Extract<Done, { readonly what: What }> => done.what === what

function startWorker(): Worker {
  const limits = { maxYoungGenerationSizeMb: 16 }
  return new Worker(new URL('./worker.ts', import.meta.url), { env: {}, resourceLimits: limits })
}
