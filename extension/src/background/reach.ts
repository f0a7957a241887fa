import { EngineError } from '../messages/engine.ts'
import type { AskNode } from './ask-node.ts'

/** Whether the nodes that pages ask answer at all. */
export type Reach = {
  /** The way as pages use it: what comes of a question to a node is noticed. */
  readonly ask: AskNode
  /** Whether the node of a chain (CAIP-2) does not answer. */
  isSilent(chain: string): boolean
}

type Parts = {
  readonly after: (ms: number, work: () => void) => void
  /** A node fell silent, or answers again. */
  readonly changed: () => void
  /** Whether there is a page that would hear of it. */
  readonly isWanted: () => boolean
}

const FIRST_MS = 1_000
/** Often enough that the browser does not stop this worker meanwhile. */
const LONGEST_MS = 20_000

/**
 * A node that does not answer a page is asked once more before anybody hears that it is gone, and then
 * again and again, so that pages hear when it is back.
 */
export function reach(straight: AskNode, { after, changed, isWanted }: Parts): Reach {
  const silent = new Set<string>()
  const asking = new Set<string>()

  function answered(chain: string): void {
    if (silent.delete(chain)) changed()
  }

  async function askAgain(chain: string, pauseMs: number): Promise<void> {
    try {
      await straight(chain, 'eth_chainId', [])
    } catch (error) {
      if (isSilence(error) && isWanted()) {
        if (!silent.has(chain)) {
          silent.add(chain)
          changed()
        }
        const next = Math.min(LONGEST_MS, pauseMs * 2)
        return after(pauseMs, () => void askAgain(chain, next))
      }
    }
    asking.delete(chain)
    answered(chain)
  }

  const ask: AskNode = async (chain, method, params) => {
    try {
      const answer = await straight(chain, method, params)
      answered(chain)
      return answer
    } catch (error) {
      if (isSilence(error) && !asking.has(chain)) {
        asking.add(chain)
        void askAgain(chain, FIRST_MS)
      }
      throw error
    }
  }

  return {
    ask,
    isSilent: (chain) => silent.has(chain),
  }
}

/** Any answer, also one that says no, is one. */
const isSilence = (error: unknown): boolean =>
  error instanceof EngineError && (error.code === 'unreachable' || error.code === 'timeout')
